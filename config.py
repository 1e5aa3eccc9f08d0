"""Configuration from the environment. Imports nothing of ours."""

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent
INSECURE = "development-only"


class Misconfigured(Exception):
    """The environment is not fit for production; the message names every fault."""


def _env(name: str, default: str) -> str:
    return os.environ.get(name, default)


@dataclass(frozen=True, slots=True)
class Config:
    """One field a setting; the environment variable has the same name in capitals."""

    database_url: str = field(
        default_factory=lambda: _env("DATABASE_URL", "postgresql+psycopg://localhost/dialtone")
    )
    redis_url: str = field(default_factory=lambda: _env("REDIS_URL", "redis://localhost:6379/0"))
    secret_key: str = field(default_factory=lambda: _env("SECRET_KEY", INSECURE))
    production: bool = field(default_factory=lambda: _env("DIALTONE_ENV", "") == "production")
    public_url: str = field(
        default_factory=lambda: _env("PUBLIC_URL", "http://localhost:8000").rstrip("/")
    )
    sockets_url: str = field(
        default_factory=lambda: _env("SOCKETS_URL", "http://localhost:8001").rstrip("/")
    )
    rasa_url: str = field(default_factory=lambda: _env("RASA_URL", ""))
    bot_service_token: str = field(default_factory=lambda: _env("BOT_SERVICE_TOKEN", INSECURE))
    gateway_url: str = field(default_factory=lambda: _env("GATEWAY_URL", "http://localhost:8002"))
    gateway_api_key: str = field(default_factory=lambda: _env("GATEWAY_API_KEY", INSECURE))
    gateway_webhook_secret: str = field(
        default_factory=lambda: _env("GATEWAY_WEBHOOK_SECRET", INSECURE)
    )
    stripe_secret_key: str = field(default_factory=lambda: _env("STRIPE_SECRET_KEY", ""))
    stripe_webhook_secret: str = field(default_factory=lambda: _env("STRIPE_WEBHOOK_SECRET", ""))
    stripe_api_base: str = field(default_factory=lambda: _env("STRIPE_API_BASE", "").rstrip("/"))
    network_url: str = field(default_factory=lambda: _env("NETWORK_URL", "http://localhost:8002"))
    identity_url: str = field(default_factory=lambda: _env("IDENTITY_URL", "http://localhost:8002"))
    channels_sandbox_url: str = field(
        default_factory=lambda: _env("CHANNELS_SANDBOX_URL", "").rstrip("/")
    )
    metrics_token: str = field(default_factory=lambda: _env("METRICS_TOKEN", ""))
    upload_dir: Path = field(
        default_factory=lambda: Path(_env("UPLOAD_DIR", str(ROOT / "var" / "uploads")))
    )
    usage_dir: Path = field(
        default_factory=lambda: Path(_env("USAGE_DIR", str(ROOT / "var" / "usage")))
    )
    usage_inbox_dir: str = field(default_factory=lambda: _env("USAGE_INBOX_DIR", ""))
    kafka_brokers: str = field(default_factory=lambda: _env("KAFKA_BROKERS", ""))
    kafka_topics: str = field(default_factory=lambda: _env("KAFKA_TOPICS", "usage-stream"))
    operator_name: str = field(default_factory=lambda: _env("OPERATOR_NAME", "Aurora Móvil"))
    database_pool: int = field(default_factory=lambda: int(_env("DATABASE_POOL", "10")))

    @property
    def secure_cookies(self) -> bool:
        """`__Host-` cookies need HTTPS; browsers treat localhost as safe enough for them."""
        return self.public_url.startswith(("https://", "http://localhost", "http://127.0.0.1"))

    def check(self) -> None:
        """Refuse to run in production with secrets that everybody knows."""
        if not self.production:
            return
        secrets = ("secret_key", "bot_service_token", "gateway_api_key", "gateway_webhook_secret")
        faults = [
            f"{name.upper()} is not set" for name in secrets if getattr(self, name) == INSECURE
        ]
        if bool(self.stripe_secret_key) != bool(self.stripe_webhook_secret):
            faults.append("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET belong together")
        if not self.public_url.startswith("https://"):
            faults.append("PUBLIC_URL is not https")
        if faults:
            raise Misconfigured("; ".join(faults))
