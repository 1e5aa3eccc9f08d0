"""The outside partners, and where files are kept: built from the configuration, plugged in."""

from pathlib import Path

from app.conversations import storage, switchboard
from app.conversations.adapters.rasa import Rasa
from app.core import site
from app.customers import switch as registry_switch
from app.customers.adapters.sandbox import SandboxIdentityService
from app.identity import switch as identity_switch
from app.identity.adapters.oidc import Oidc
from app.identity.adapters.saml import Saml
from app.identity.adapters.sandbox import SandboxPost
from app.identity.port import SignOn
from app.identity.switch import Site
from app.mediation import storage as usage_files
from app.mediation import switch as mediation_switch
from app.network import switch as network_switch
from app.network.adapters.clearing import SandboxClearingHouse
from app.network.adapters.sandbox import SandboxNetwork
from app.payments import switch as payment_switch
from app.payments.adapters.sandbox import SandboxGateway
from app.payments.adapters.stripe import StripeGateway
from app.search import switch as search_switch
from app.search.adapters.opensearch import Engine
from app.selfservice import sessions as dialogues
from app.web.redis import impatient
from config import Config
from kb import switch as kb_switch
from kb.search.postgres import PostgresIndex


def plug_in(config: Config) -> None:
    site.open_at(config.public_url)
    storage.keep_in(config.upload_dir)
    usage_files.keep_in(config.usage_dir)
    mediation_switch.watch(Path(config.usage_inbox_dir) if config.usage_inbox_dir else None)
    kb_switch.plug_in(PostgresIndex())
    search_switch.plug_in(_search_engine(config), regions=_listed(config.elasticsearch_regions))
    network_switch.plug_in(SandboxNetwork(config.network_url))
    registry_switch.plug_in(SandboxIdentityService(config.identity_url))
    network_switch.plug_in_house(SandboxClearingHouse(config.network_url))
    identity_switch.plug_in(SandboxPost(config.network_url))
    identity_switch.open_at(Site(config.public_url, config.operator_name))
    identity_switch.plug_in_sign_on(_sign_on(config))
    if config.rasa_url:
        switchboard.plug_in(
            Rasa(config.rasa_url, timeout=config.bot_seconds), seconds=config.bot_seconds
        )
    payment_switch.plug_in(
        SandboxGateway(
            config.gateway_url,
            api_key=config.gateway_api_key,
            webhook_secret=config.gateway_webhook_secret,
            callback_url=f"{config.public_url}/hooks/payments/sandbox",
        )
    )
    dialogues.keep_in(impatient(config.redis_url))
    if config.stripe_secret_key and config.stripe_webhook_secret:
        payment_switch.plug_in(
            StripeGateway(
                config.stripe_secret_key,
                webhook_secret=config.stripe_webhook_secret,
                api_base=config.stripe_api_base,
            )
        )


def _search_engine(config: Config) -> Engine | None:
    if not config.elasticsearch_url:
        return None
    return Engine(config.elasticsearch_url, name=config.elasticsearch_index)


def _listed(names: str) -> frozenset[str]:
    return frozenset(filter(None, (name.strip() for name in names.split(","))))


def _sign_on(config: Config) -> SignOn | None:
    """The operator's own, where there is one."""
    if config.saml_issuer:
        return Saml(
            config.saml_issuer,
            config.saml_url,
            config.saml_certificates,
            name=config.saml_name,
            entity_id=f"{config.public_url}/sign-in/sso/metadata",
            answers_at=f"{config.public_url}/hooks/sign-on",
        )
    if not config.oidc_issuer:
        return None
    return Oidc(
        config.oidc_issuer,
        config.oidc_client_id,
        config.oidc_client_secret,
        name=config.oidc_name,
        redirect_uri=f"{config.public_url}/sign-in/sso/back",
    )
