"""What domains do when others announce something: who listens to what, and with which promise.

`IN_TRANSACTION` may veto; `REACTIONS` happen exactly once, soon after; `ERRANDS` go outside, at
least once.
"""

from app.billing import listeners as billing
from app.billing import notices as billing_notices
from app.billing.events import (
    DebtMoved,
    DepositGivenBack,
    DepositTaken,
    DepositUsed,
    DisputeClosed,
    DunningStepTaken,
    InvoiceCredited,
    InvoiceDebited,
    InvoiceLineDisputed,
    InvoicesIssued,
    LineLeft,
    PaperAsked,
)
from app.conversations import listeners as conversations
from app.conversations.events import (
    BotAsked,
    ConversationAssigned,
    ConversationReopened,
    ConversationResolved,
    CustomerAnswered,
    GivenBackToBot,
    HandedOver,
    MessagePosted,
)
from app.core import events
from app.customers import listeners as customers
from app.customers.events import IdentityCheckAsked, IdentityRejected, IdentityVerified
from app.identity import listeners as identity
from app.identity.events import ApprovalGranted, CodeIssued
from app.ledger import listeners as ledger
from app.mediation import listeners as mediation
from app.mediation.events import FileHandedIn
from app.messaging import listeners as messaging
from app.messaging.events import DeliveryQueued, FilesPending
from app.network import listeners as network
from app.network import notices as network_notices
from app.network.events import (
    NumberHandedOver,
    OrderDone,
    OrderFailed,
    OrderPlaced,
    PortCodeIssued,
    PortInEnded,
    PortOutCancelled,
)
from app.payments import listeners as payments
from app.payments import notices as payment_notices
from app.payments.events import (
    AutoPayAnnounced,
    AutoPayFailed,
    AutoPayNeedsCustomer,
    CashReceived,
    CashReturned,
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
from app.selfservice import listeners as selfservice
from app.selfservice.events import RecordingArrived
from app.subscriptions import listeners as subscriptions
from app.subscriptions import notices as line_notices
from app.subscriptions.events import (
    ActivationEscalated,
    AddOnAdded,
    AddOnCancelled,
    ApprovalDecided,
    ApprovalRequested,
    BlockLifted,
    BlockPlaced,
    DisconnectionOrdered,
    DisconnectionTakenBack,
    LineActivated,
    LineClosed,
    LineOrdered,
    LineTransferred,
    PlanChanged,
    PlanChangeFellBack,
    PlanChangeScheduled,
    PlanSubscribed,
    SimReplaced,
    SimReportedMissing,
    TransferAsked,
)
from app.tickets import listeners as tickets
from app.usage import listeners as usage
from app.usage import notices as usage_notices
from app.usage.events import AllowancesReached, PeriodStarted, ToppedUp
from kb import listeners as kb
from kb.events import ArticleWithdrawn, ArticleWritten

IN_TRANSACTION: events.Table = {
    LineActivated: [usage.line_activated],
    PlanChanged: [usage.plan_changed, billing.charge_plan_change],
    PlanSubscribed: [usage.plan_subscribed],
    AddOnAdded: [usage.add_on_added],
    LineClosed: [usage.line_closed, subscriptions.rest_number],
    LineTransferred: [usage.line_transferred],
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
    MessagePosted: [messaging.queue_said],
    InvoiceLineDisputed: [tickets.open_for_dispute],
    DisputeClosed: [tickets.resolve_with_dispute],
    ArticleWritten: [kb.follow_article],
    ArticleWithdrawn: [kb.follow_article],
    ApprovalGranted: [billing.carry_out, payments.carry_out],
    InvoiceCredited: [ledger.invoice_credited],
    InvoiceDebited: [ledger.invoice_debited],
    DebtMoved: [ledger.debt_moved],
    DepositTaken: [ledger.deposit_taken],
    DepositUsed: [ledger.deposit_used],
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
    DisconnectionTakenBack: [line_notices.disconnection_taken_back],
    LineLeft: [billing_notices.line_left],
    TransferAsked: [line_notices.transfer_asked],
    LineTransferred: [line_notices.line_transferred],
    PortCodeIssued: [network_notices.port_code_issued],
    PortInEnded: [network_notices.port_in_ended],
    ApprovalRequested: [line_notices.approval_requested],
    ApprovalDecided: [line_notices.approval_decided],
    AllowancesReached: [usage_notices.allowances_reached],
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
    ConversationAssigned: [selfservice.put_through],
    RecordingArrived: [selfservice.fetch_recording],
    DeliveryQueued: [messaging.send_queued],
    FilesPending: [messaging.fetch_files],
    FileHandedIn: [mediation.read_file],
}
