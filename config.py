"""Configuration from the environment. Imports nothing of ours."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent
INSECURE = "development-only"
# Of secrets that we make ourselves: 128 bits in hexadecimal.
SHORTEST_SECRET = 32


class Misconfigured(Exception):
    """The environment is not fit for production; the message names every fault."""


def _env(name: str, default: str) -> str:
    return os.environ.get(name, default)


def _listed(keys: str) -> list[str]:
    return [each for each in keys.split(",") if each]


@dataclass(frozen=True, slots=True)
class Config:
    """One field a setting; the environment variable has the same name in capitals."""

    database_url: str = field(
        default_factory=lambda: _env("DATABASE_URL", "postgresql+psycopg://localhost/dialtone")
    )
    redis_url: str = field(default_factory=lambda: _env("REDIS_URL", "redis://localhost:6379/0"))
    secret_key: str = field(default_factory=lambda: _env("SECRET_KEY", INSECURE))
    # Who vouches for the audit trail, the newest first; SECRET_KEY where none is named.
    audit_keys: str = field(default_factory=lambda: _env("AUDIT_KEYS", ""))
    # What wraps the data keys, the newest first; SECRET_KEY where none is named.
    master_keys: str = field(default_factory=lambda: _env("MASTER_KEYS", ""))
    # Who owns the tables and changes the schema. DATABASE_URL is the application's own role.
    migration_database_url: str = field(
        default_factory=lambda: (
            _env("MIGRATION_DATABASE_URL", "")
            or _env("DATABASE_URL", "postgresql+psycopg://localhost/dialtone")
        )
    )
    # So many proxies of ours stand before us: each adds whom it has seen to X-Forwarded-For. Of
    # what others wrote there nothing is believed.
    trusted_proxies: int = field(default_factory=lambda: int(_env("TRUSTED_PROXIES", "0")))
    production: bool = field(default_factory=lambda: _env("DIALTONE_ENV", "") == "production")
    public_url: str = field(
        default_factory=lambda: _env("PUBLIC_URL", "http://localhost:8000").rstrip("/")
    )
    sockets_url: str = field(
        default_factory=lambda: _env("SOCKETS_URL", "http://localhost:8001").rstrip("/")
    )
    rasa_url: str = field(default_factory=lambda: _env("RASA_URL", ""))
    # How long the bot may take for a message; a second later a person is called.
    bot_seconds: float = field(default_factory=lambda: float(_env("BOT_SECONDS", "2")))
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
    oidc_issuer: str = field(default_factory=lambda: _env("OIDC_ISSUER", ""))
    oidc_client_id: str = field(default_factory=lambda: _env("OIDC_CLIENT_ID", ""))
    oidc_client_secret: str = field(default_factory=lambda: _env("OIDC_CLIENT_SECRET", ""))
    oidc_name: str = field(default_factory=lambda: _env("OIDC_NAME", "SSO"))
    # Or by SAML: who answers, where browsers are sent, and the certificates it signs with, as PEM.
    saml_issuer: str = field(default_factory=lambda: _env("SAML_ISSUER", ""))
    saml_url: str = field(default_factory=lambda: _env("SAML_URL", ""))
    saml_certificates: str = field(default_factory=lambda: _env("SAML_CERTIFICATES", ""))
    saml_name: str = field(default_factory=lambda: _env("SAML_NAME", "SSO"))
    # Where whoever finds a hole writes to: mailto: or https:, told in /.well-known/security.txt.
    security_contact: str = field(default_factory=lambda: _env("SECURITY_CONTACT", ""))
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
    # A search engine beside PostgreSQL, which speaks as OpenSearch and Elasticsearch do.
    elasticsearch_url: str = field(
        default_factory=lambda: _env("ELASTICSEARCH_URL", "").rstrip("/")
    )
    elasticsearch_index: str = field(
        default_factory=lambda: _env("ELASTICSEARCH_INDEX", "dialtone")
    )
    # Whose persons it may hold, separated by commas; none named mean all.
    elasticsearch_regions: str = field(default_factory=lambda: _env("ELASTICSEARCH_REGIONS", ""))
    operator_name: str = field(default_factory=lambda: _env("OPERATOR_NAME", "Aurora Móvil"))
    database_pool: int = field(default_factory=lambda: int(_env("DATABASE_POOL", "10")))

    @property
    def secure_cookies(self) -> bool:
        """`__Host-` cookies need HTTPS; browsers treat localhost as safe enough for them."""
        return self.public_url.startswith(("https://", "http://localhost", "http://127.0.0.1"))

    @property
    def sealing_keys(self) -> list[str]:
        """What wraps the data keys, the newest first."""
        return _listed(self.master_keys) or [self.secret_key]

    @property
    def vouching_keys(self) -> list[str]:
        """Who vouches for the trail, the newest first."""
        return _listed(self.audit_keys) or [self.secret_key]

    def check(self) -> None:
        """Refuse to run in production with secrets that everybody knows or can guess."""
        if not self.production:
            return
        secrets = ("secret_key", "bot_service_token", "gateway_api_key", "gateway_webhook_secret")
        faults = [
            f"{name.upper()} is not set"
            for name in secrets
            if getattr(self, name).strip() in {"", INSECURE}
        ]
        faults += [
            f"{name.upper()} is shorter than {SHORTEST_SECRET} signs"
            for name in ("secret_key", "bot_service_token")
            if len(getattr(self, name)) < SHORTEST_SECRET
        ]
        if bool(self.stripe_secret_key) != bool(self.stripe_webhook_secret):
            faults.append("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET belong together")
        faults += self._faults_of_sign_on()
        contact = self.security_contact
        if contact and not contact.startswith(("mailto:", "https://", "tel:")):
            faults.append("SECURITY_CONTACT begins with mailto:, https:// or tel:")
        if not self.public_url.startswith("https://"):
            faults.append("PUBLIC_URL is not https")
        if faults:
            raise Misconfigured("; ".join(faults))

    def _faults_of_sign_on(self) -> Iterator[str]:
        oidc = (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret)
        if any(oidc) and not (all(oidc) and self.oidc_issuer.startswith("https://")):
            yield "OIDC_ISSUER (https), OIDC_CLIENT_ID, OIDC_CLIENT_SECRET go together"
        saml = (self.saml_issuer, self.saml_url, self.saml_certificates)
        if any(saml) and not (all(saml) and self.saml_url.startswith("https://")):
            yield "SAML_ISSUER, SAML_URL (https), SAML_CERTIFICATES go together"
        if any(saml) and any(oidc):
            yield "one sign-on only: OIDC or SAML"
