"""How fast we hand over to one provider: a bucket of tokens in Redis, for all workers together.

With Redis away nobody is held back: the provider itself says so then.
"""

import structlog
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)

# Messages a second of one inbox; a second's worth may leave at once.
PER_SECOND = {
    "sms": 10.0,
    "whatsapp": 40.0,
    "messenger": 40.0,
    "instagram": 40.0,
    "telegram": 25.0,
    "email": 50.0,
}
USUAL = 10.0
_SECONDS = 1.0

# Time is Redis's own, so that workers' clocks do not matter.
_TAKE = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local rate = tonumber(ARGV[1])
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local most = math.max(1, rate)
local tokens = tonumber(held[1]) or most
tokens = math.min(most, tokens + (now - (tonumber(held[2]) or now)) * rate)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) / rate end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], math.ceil(most / rate) + 1)
return tostring(wait)
"""

_plugged: dict[str, Redis] = {}


def keep_in(redis_url: str) -> None:
    """Called once at start, by the wiring. Nobody is asked before the first message."""
    _plugged["redis"] = Redis.from_url(
        redis_url,
        socket_timeout=_SECONDS,
        socket_connect_timeout=_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def seconds_to_wait(kind: str, inbox_id: object) -> float:
    """0 when one more may leave now."""
    redis = _plugged.get("redis")
    if redis is None:
        return 0.0
    rate = PER_SECOND.get(kind, USUAL)
    try:
        return float(str(redis.eval(_TAKE, 1, f"pace:{inbox_id}", str(rate)), "ascii"))
    except RedisError:
        log.warning("pace_unavailable", inbox_id=str(inbox_id))
        return 0.0
