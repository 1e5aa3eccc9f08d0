"""The outside partners, and where files are kept: built from the configuration, plugged in."""

from pathlib import Path

from app.billing import papers
from app.conversations import storage, switchboard
from app.conversations.adapters.rasa import Rasa
from app.customers import switch as registry_switch
from app.customers.adapters.sandbox import SandboxIdentityService
from app.identity import switch as identity_switch
from app.identity.adapters.sandbox import SandboxPost
from app.mediation import storage as usage_files
from app.mediation import switch as mediation_switch
from app.network import switch as network_switch
from app.network.adapters.clearing import SandboxClearingHouse
from app.network.adapters.sandbox import SandboxNetwork
from app.payments import switch as payment_switch
from app.payments.adapters.sandbox import SandboxGateway
from app.payments.adapters.stripe import StripeGateway
from app.selfservice import sessions as dialogues
from app.web.redis import impatient
from config import Config
from kb import switch as kb_switch
from kb.search.postgres import PostgresIndex


def plug_in(config: Config) -> None:
    papers.publish_at(config.public_url)
    storage.keep_in(config.upload_dir)
    usage_files.keep_in(config.usage_dir)
    mediation_switch.watch(Path(config.usage_inbox_dir) if config.usage_inbox_dir else None)
    kb_switch.plug_in(PostgresIndex())
    network_switch.plug_in(SandboxNetwork(config.network_url))
    registry_switch.plug_in(SandboxIdentityService(config.identity_url))
    network_switch.plug_in_house(SandboxClearingHouse(config.network_url))
    identity_switch.plug_in(SandboxPost(config.network_url))
    if config.rasa_url:
        switchboard.plug_in(Rasa(config.rasa_url))
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
