"""The one place that knows every part: adapters are built here and listeners listed here."""

from collections.abc import Callable
from pathlib import Path

import app.workspace.push as workspace
from app.billing import listeners as billing
from app.billing import notices as billing_notices
from app.billing import papers
from app.billing.events import (
    DepositGivenBack,
    DepositTaken,
    DisputeClosed,
    DunningStepTaken,
    InvoiceCredited,
    InvoiceDebited,
    InvoiceIssued,
    InvoiceLineDisputed,
    InvoicePaid,
    InvoiceReopened,
    InvoicesIssued,
    LineLeft,
    PaperAsked,
)
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
from app.customers import listeners as customers
from app.customers import switch as registry_switch
from app.customers.adapters.sandbox import SandboxIdentityService
from app.customers.events import IdentityCheckAsked, IdentityRejected, IdentityVerified
from app.identity import listeners as identity
from app.identity import switch as identity_switch
from app.identity.adapters.sandbox import SandboxPost
from app.identity.events import ApprovalGranted, CodeIssued
from app.ledger import listeners as ledger
from app.mediation import storage as usage_files
from app.mediation import switch as mediation_switch
from app.network import listeners as network
from app.network import notices as network_notices
from app.network import switch as network_switch
from app.network.adapters.clearing import SandboxClearingHouse
from app.network.adapters.sandbox import SandboxNetwork
from app.network.events import (
    NumberHandedOver,
    OrderDone,
    OrderFailed,
    OrderPlaced,
    PortCodeIssued,
    PortInEnded,
    PortOutCancelled,
    PortOutRequested,
)
from app.payments import listeners as payments
from app.payments import notices as payment_notices
from app.payments import switch as payment_switch
from app.payments.adapters.sandbox import SandboxGateway
from app.payments.adapters.stripe import StripeGateway
from app.payments.events import (
    AutoPayAnnounced,
    AutoPayChanged,
    AutoPayFailed,
    AutoPayNeedsCustomer,
    CashReceived,
    CashReturned,
    ChargebackLost,
    ChargebackOpened,
    ChargebackWon,
    DoubleRecharge,
    PaymentDeclined,
    PaymentPlanAgreed,
    PaymentPlanEnded,
    PaymentRefunded,
    PaymentReversed,
    PaymentSucceeded,
    RefundRefused,
    RefundRequested,
    VoucherRedeemed,
)
from app.portal import push as portal
from app.portal import sockets as portal_sockets
from app.subscriptions import listeners as subscriptions
from app.subscriptions import notices as line_notices
from app.subscriptions.events import (
    ActivationEscalated,
    ActivationMoved,
    AddOnAdded,
    AddOnCancelled,
    ApprovalDecided,
    ApprovalRequested,
    BlockLifted,
    BlockPlaced,
    DisconnectionOrdered,
    DisconnectionTakenBack,
    FamilyChanged,
    LineActivated,
    LineClosed,
    LineOrdered,
    PlanChanged,
    PlanChangeFellBack,
    PlanChangeScheduled,
    PlanChangeUnscheduled,
    PlanSubscribed,
    SimReplaced,
    SimReportedMissing,
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
from app.usage.events import BalanceChanged, PeriodStarted, ToppedUp
from app.workspace import sockets as workspace_sockets
from config import Config
from kb import listeners as kb
from kb import switch as kb_switch
from kb.events import ArticleWithdrawn, ArticleWritten
from kb.search.postgres import PostgresIndex

IN_TRANSACTION: events.Table = {
    LineActivated: [usage.line_activated],
    PlanChanged: [usage.plan_changed, billing.charge_plan_change],
    PlanSubscribed: [usage.plan_subscribed],
    AddOnAdded: [usage.add_on_added],
    LineClosed: [usage.line_closed, subscriptions.rest_number],
    IdentityVerified: [subscriptions.identity_verified],
    IdentityRejected: [subscriptions.identity_rejected],
    OrderDone: [network.report_done],
    OrderFailed: [network.report_failed],
    AddOnCancelled: [usage.add_on_cancelled],
    PeriodStarted: [usage.period_started],
    HandedOver: [tickets.open_for_handover],
    ConversationResolved: [tickets.resolve_with_conversation],
    GivenBackToBot: [tickets.resolve_with_conversation],
    ConversationReopened: [tickets.reopen_with_conversation],
    CustomerAnswered: [tickets.wake_pending],
    InvoiceLineDisputed: [tickets.open_for_dispute],
    DisputeClosed: [tickets.resolve_with_dispute],
    ArticleWritten: [kb.follow_article],
    ArticleWithdrawn: [kb.follow_article],
    ApprovalGranted: [billing.carry_out, payments.carry_out],
    InvoiceCredited: [ledger.invoice_credited],
    InvoiceDebited: [ledger.invoice_debited],
    DepositTaken: [ledger.deposit_taken],
    DepositGivenBack: [ledger.deposit_given_back],
    PaymentSucceeded: [ledger.payment_received, payments.autopay_succeeded],
    PaymentReversed: [ledger.payment_received],
    RefundRequested: [ledger.refund_requested],
    PaymentRefunded: [ledger.refund_paid],
    RefundRefused: [ledger.refund_refused],
    ChargebackOpened: [ledger.chargeback_opened],
    ChargebackWon: [ledger.chargeback_won],
    CashReceived: [ledger.cash_received],
    CashReturned: [ledger.cash_returned],
    VoucherRedeemed: [ledger.voucher_redeemed],
    PaymentDeclined: [payments.autopay_declined],
}

REACTIONS: events.Table = {
    LineActivated: [network.activate],
    LineOrdered: [network.activate_again],
    SimReplaced: [network.activate_again, line_notices.sim_replaced],
    SimReportedMissing: [line_notices.sim_reported_missing],
    ActivationEscalated: [tickets.open_for_activation],
    PlanChanged: [network.change_plan, line_notices.plan_changed],
    PlanSubscribed: [network.change_plan],
    PlanChangeScheduled: [line_notices.plan_change_scheduled],
    PlanChangeFellBack: [line_notices.plan_change_fell_back],
    ToppedUp: [usage.topped_up],
    BlockPlaced: [network.apply_blocks, line_notices.plan_expired],
    BlockLifted: [network.apply_blocks],
    LineClosed: [network.deactivate],
    DisconnectionOrdered: [line_notices.disconnection_ordered],
    LineLeft: [billing_notices.line_left],
    PortCodeIssued: [network_notices.port_code_issued],
    PortInEnded: [network_notices.port_in_ended],
    ApprovalRequested: [line_notices.approval_requested],
    ApprovalDecided: [line_notices.approval_decided],
    InvoicesIssued: [billing_notices.invoices_issued],
    DunningStepTaken: [billing_notices.dunning_step_taken],
    DisputeClosed: [billing_notices.dispute_closed],
    PaymentSucceeded: [payments.recharged, payment_notices.topped_up],
    VoucherRedeemed: [payments.recharged, payment_notices.voucher_redeemed],
    DoubleRecharge: [tickets.open_for_double_recharge, payment_notices.recharged_twice],
    PaymentRefunded: [payment_notices.refunded],
    ChargebackOpened: [tickets.open_for_chargeback, payment_notices.chargeback_opened],
    PaymentPlanAgreed: [payment_notices.plan_agreed],
    PaymentPlanEnded: [payment_notices.plan_ended],
    AutoPayAnnounced: [payment_notices.autopay_announced],
    AutoPayNeedsCustomer: [payment_notices.autopay_needs_customer],
    AutoPayFailed: [payment_notices.autopay_failed],
}

ERRANDS: events.Table = {
    BotAsked: [conversations.ask_bot],
    OrderPlaced: [network.send_order],
    IdentityCheckAsked: [customers.ask_about_paper],
    CodeIssued: [identity.send_code],
    PortCodeIssued: [network.publish_code],
    PortOutCancelled: [network.withdraw_code],
    NumberHandedOver: [network.hand_over],
    PaperAsked: [billing.build_paper],
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
    InvoiceDebited: [workspace.customer_changed],
    InvoiceLineDisputed: [workspace.customer_changed],
    DisputeClosed: [workspace.customer_changed],
    PaymentSucceeded: [workspace.customer_changed],
    PaymentDeclined: [workspace.customer_changed],
    PaymentRefunded: [workspace.customer_changed],
    ChargebackOpened: [workspace.customer_changed],
    ChargebackWon: [workspace.customer_changed],
    ChargebackLost: [workspace.customer_changed],
    VoucherRedeemed: [workspace.customer_changed],
    AutoPayChanged: [workspace.customer_changed],
    BalanceChanged: [workspace.customer_changed],
    ActivationMoved: [workspace.customer_changed],
    PlanChangeScheduled: [workspace.customer_changed],
    PlanChangeUnscheduled: [workspace.customer_changed],
    PlanChangeFellBack: [workspace.customer_changed],
    DisconnectionOrdered: [workspace.customer_changed],
    DisconnectionTakenBack: [workspace.customer_changed],
    LineLeft: [workspace.customer_changed],
    FamilyChanged: [workspace.customer_changed],
    ApprovalRequested: [workspace.customer_changed],
    ApprovalDecided: [workspace.customer_changed],
    PortCodeIssued: [workspace.customer_changed],
    PortOutRequested: [workspace.customer_changed],
    PortOutCancelled: [workspace.customer_changed],
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
