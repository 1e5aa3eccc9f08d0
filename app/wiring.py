"""The one place that knows every part: adapters are built here and listeners listed here."""

from collections.abc import Callable

import app.workspace.push as workspace
from app.billing import listeners as billing
from app.billing.events import InvoiceCredited, InvoiceIssued, InvoicePaid, InvoiceReopened
from app.conversations import listeners as conversations
from app.conversations import storage, switchboard
from app.conversations.adapters.rasa import Rasa
from app.conversations.events import (
    AvailabilityChanged,
    BotAsked,
    ConversationAssigned,
    ConversationRated,
    ConversationReleased,
    ConversationReopened,
    ConversationResolved,
    ConversationStarted,
    CustomerAnswered,
    GivenBackToBot,
    HandedOver,
    MessagePosted,
    MessagesRead,
)
from app.core import events
from app.network import listeners as network
from app.network import switch as network_switch
from app.network.adapters.sandbox import SandboxNetwork
from app.network.events import OrderPlaced
from app.payments import listeners as payments
from app.payments import switch as payment_switch
from app.payments.adapters.sandbox import SandboxGateway
from app.payments.adapters.stripe import StripeGateway
from app.payments.events import (
    AutoPayChanged,
    PaymentDeclined,
    PaymentRefunded,
    PaymentSucceeded,
)
from app.portal import push as portal
from app.portal import sockets as portal_sockets
from app.subscriptions.events import (
    AddOnAdded,
    BlockLifted,
    BlockPlaced,
    LineActivated,
    LineClosed,
    PlanChanged,
    SimReplaced,
)
from app.tickets import listeners as tickets
from app.tickets.events import (
    TicketAccepted,
    TicketChanged,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketTransferred,
)
from app.usage import listeners as usage
from app.usage.events import BalanceChanged
from app.workspace import sockets as workspace_sockets
from config import Config
from kb import listeners as kb
from kb import switch as kb_switch
from kb.events import ArticleWithdrawn, ArticleWritten
from kb.search.postgres import PostgresIndex

IN_TRANSACTION: events.Table = {
    LineActivated: [usage.line_activated],
    PlanChanged: [usage.plan_changed, billing.charge_plan_change],
    AddOnAdded: [usage.add_on_added],
    LineClosed: [usage.line_closed],
    HandedOver: [tickets.open_for_handover],
    ConversationResolved: [tickets.resolve_with_conversation],
    GivenBackToBot: [tickets.resolve_with_conversation],
    ConversationReopened: [tickets.reopen_with_conversation],
    CustomerAnswered: [tickets.wake_pending],
    ArticleWritten: [kb.follow_article],
    ArticleWithdrawn: [kb.follow_article],
    PaymentSucceeded: [payments.autopay_succeeded],
    PaymentDeclined: [payments.autopay_declined],
}

REACTIONS: events.Table = {
    LineActivated: [network.activate],
    SimReplaced: [network.activate],
    PlanChanged: [network.change_plan],
    BlockPlaced: [network.apply_blocks],
    BlockLifted: [network.apply_blocks],
    LineClosed: [network.deactivate],
}

ERRANDS: events.Table = {
    BotAsked: [conversations.ask_bot],
    OrderPlaced: [network.send_order],
}

SCREENS: events.Table = {
    MessagePosted: [portal.message_posted, workspace.message_posted],
    MessagesRead: [portal.messages_read, workspace.messages_read],
    ConversationStarted: [workspace.board_changed],
    HandedOver: [portal.conversation_changed, workspace.conversation_changed],
    GivenBackToBot: [portal.conversation_changed, workspace.conversation_changed],
    ConversationAssigned: [portal.conversation_changed, workspace.conversation_changed],
    ConversationReleased: [portal.conversation_changed, workspace.conversation_changed],
    ConversationResolved: [portal.conversation_changed, workspace.conversation_changed],
    ConversationReopened: [portal.conversation_changed, workspace.conversation_changed],
    ConversationRated: [portal.conversation_changed, workspace.board_changed],
    AvailabilityChanged: [workspace.board_changed],
    TicketOpened: [workspace.queue_changed, workspace.customer_changed],
    TicketAccepted: [workspace.queue_changed],
    TicketChanged: [workspace.queue_changed],
    TicketTransferred: [workspace.queue_changed],
    TicketResolved: [workspace.queue_changed, workspace.customer_changed],
    TicketReopened: [workspace.queue_changed, workspace.customer_changed],
    InvoiceIssued: [workspace.customer_changed],
    InvoicePaid: [workspace.customer_changed],
    InvoiceReopened: [workspace.customer_changed],
    InvoiceCredited: [workspace.customer_changed],
    PaymentSucceeded: [workspace.customer_changed],
    PaymentDeclined: [workspace.customer_changed],
    PaymentRefunded: [workspace.customer_changed],
    AutoPayChanged: [workspace.customer_changed],
    BalanceChanged: [workspace.customer_changed],
}


def wire(
    config: Config, *, wake: Callable[[list[int]], None], screens: events.Table = SCREENS
) -> None:
    """Plug in the adapters and connect the tables. `wake` is told of fresh outbox rows."""
    events.connect(
        in_transaction=IN_TRANSACTION,
        reactions=REACTIONS,
        errands=ERRANDS,
        screens=screens,
        wake=wake,
    )
    storage.keep_in(config.upload_dir)
    kb_switch.plug_in(PostgresIndex())
    network_switch.plug_in(SandboxNetwork(config.network_url))
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
    if config.stripe_secret_key and config.stripe_webhook_secret:
        payment_switch.plug_in(
            StripeGateway(
                config.stripe_secret_key,
                webhook_secret=config.stripe_webhook_secret,
                api_base=config.stripe_api_base,
            )
        )


def open_namespaces(config: Config) -> None:
    """What the sockets process serves."""
    portal_sockets.register(config)
    workspace_sockets.register(config)
