"""Redis for whoever cannot wait: it says at once that it is away, and tries nothing twice."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS = 1.0


def impatient(url: str, *, listens: bool = False) -> Redis:
    """By default a client tries ten times more, each for as long as its timeout. One that `listens`
    waits for as long as nothing is said."""
    return Redis.from_url(
        url,
        socket_timeout=None if listens else SECONDS,
        socket_connect_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
