"""What domains do when others announce something: who listens to what, and with which promise.

`IN_TRANSACTION` may veto; `REACTIONS` happen exactly once, soon after; `ERRANDS` go outside, at
least once.
"""

from app.automation import listeners as automation
from app.automation.events import CallDue, FlowAsked, Happened
from app.billing import listeners as billing
from app.billing import notices as billing_notices
from app.billing import parting_notices
from app.billing.events import (
    AccountNotBilled,
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
    AvailabilityChanged,
    BotAsked,
    CodeTried,
    ColleagueMentioned,
    ConversationAssigned,
    ConversationRated,
    ConversationReopened,
    ConversationResolved,
    ConversationStarted,
    CustomerAnswered,
    CustomerIdentified,
    GivenBackToBot,
    HandedOver,
    MessagePosted,
    MessagesRead,
    WordsCovered,
)
from app.core import events
from app.customers import listeners as customers
from app.customers import sightings, ways_in
from app.customers.events import (
    IdentityCheckAsked,
    IdentityRejected,
    IdentityVerified,
    PaperSeen,
)
from app.identity import alerts
from app.identity import listeners as identity
from app.identity.events import (
    ApprovalEnded,
    ApprovalGranted,
    CodeIssued,
    FactorChanged,
    LetterWritten,
    SignInUnusual,
)
from app.insights import listeners as insights
from app.ledger import listeners as ledger
from app.mediation import listeners as mediation
from app.mediation.events import FileHandedIn
from app.messaging import listeners as messaging
from app.messaging.events import DeliveryQueued, FilesPending, ReadMarkDue
from app.network import listeners as network
from app.network import notices as network_notices
from app.network.events import (
    NumberHandedOver,
    OrderDone,
    OrderFailed,
    OrderPlaced,
    OutageReported,
    PortCodeIssued,
    PortInEnded,
    PortOutCancelled,
    PortOutRequested,
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
    RefundFailed,
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
    FamilyChanged,
    LineActivated,
    LineClosed,
    LineOrdered,
    LineTransferred,
    PlanChanged,
    PlanChangeFellBack,
    PlanChangeScheduled,
    PlanSubscribed,
    PromotionRedeemed,
    SharingEnded,
    SimReplaced,
    SimReportedMissing,
    TransferAsked,
)
from app.tickets import listeners as tickets
from app.tickets import talks as ticket_talks
from app.tickets.events import (
    MentionedOnTicket,
    OfferEnded,
    RoutingChanged,
    RoutingDue,
    SlaBreached,
    SlaWarned,
    TicketAccepted,
    TicketChanged,
    TicketCommented,
    TicketEscalated,
    TicketMerged,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketTransferred,
    TicketUnmerged,
    TicketWoken,
)
from app.transfer import listeners as transfer
from app.transfer.events import JobStarted
from app.usage import listeners as usage
from app.usage import notices as usage_notices
from app.usage.events import AllowancesReached, PeriodStarted, SharedDataChanged, ToppedUp
from kb import listeners as kb
from kb.events import ArticleArranged, ArticleWithdrawn, ArticleWritten

IN_TRANSACTION: events.Table = {
    LineActivated: [usage.line_activated],
    PlanChanged: [usage.plan_changed, billing.charge_plan_change],
    PlanSubscribed: [usage.plan_subscribed],
    AddOnAdded: [usage.add_on_added],
    LineClosed: [usage.line_closed, subscriptions.rest_number],
    LineTransferred: [usage.line_transferred, ledger.line_transferred],
    IdentityVerified: [subscriptions.identity_verified],
    IdentityRejected: [subscriptions.identity_rejected],
    OrderDone: [network.report_done],
    OrderFailed: [network.report_failed],
    AddOnCancelled: [usage.add_on_cancelled],
    PeriodStarted: [usage.period_started],
    HandedOver: [ticket_talks.open_for_handover, messaging.say_when_back],
    ConversationResolved: [ticket_talks.resolve_with_conversation, ticket_talks.wrap_up],
    GivenBackToBot: [ticket_talks.resolve_with_conversation],
    ConversationReopened: [ticket_talks.reopen_with_conversation],
    CustomerAnswered: [ticket_talks.wake_pending],
    CodeTried: [conversations.code_tried],
    CustomerIdentified: [ticket_talks.know_customer],
    TicketChanged: [
        tickets.tell_followers,
        automation.ticket_noticed,
        tickets.see_whether_to_distribute,
    ],
    TicketCommented: [tickets.tell_followers, tickets.follow_comment],
    TicketMerged: [tickets.tell_followers, tickets.see_whether_to_distribute],
    TicketReopened: [
        tickets.tell_followers,
        automation.ticket_noticed,
        tickets.see_whether_to_distribute,
    ],
    TicketResolved: [
        tickets.tell_followers,
        automation.ticket_noticed,
        automation.end_flows,
        tickets.see_whether_to_distribute,
    ],
    TicketTransferred: [
        tickets.tell_followers,
        automation.ticket_noticed,
        tickets.see_whether_to_distribute,
    ],
    TicketWoken: [
        tickets.tell_followers,
        automation.ticket_noticed,
        tickets.see_whether_to_distribute,
    ],
    MessagePosted: [messaging.queue_said, ticket_talks.follow_talk, automation.message_noticed],
    ColleagueMentioned: [automation.colleague_mentioned],
    MentionedOnTicket: [automation.colleague_mentioned],
    MessagesRead: [messaging.messages_read],
    WordsCovered: [messaging.cover_words],
    InvoiceLineDisputed: [tickets.open_for_dispute],
    DisputeClosed: [tickets.resolve_with_dispute],
    ArticleWritten: [kb.follow_article],
    ArticleWithdrawn: [kb.follow_article],
    ArticleArranged: [kb.follow_arrangement],
    ApprovalGranted: [billing.carry_out, payments.carry_out, tickets.carry_out],
    ApprovalEnded: [tickets.credit_refused],
    TicketOpened: [
        ticket_talks.link_to_outage,
        automation.ticket_noticed,
        tickets.see_whether_to_distribute,
    ],
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
    RefundFailed: [ledger.refund_failed],
    ChargebackOpened: [ledger.chargeback_opened],
    ChargebackWon: [ledger.chargeback_won],
    CashReceived: [ledger.cash_received],
    CashReturned: [ledger.cash_returned],
    VoucherRedeemed: [ledger.voucher_redeemed],
    PaymentDeclined: [payments.autopay_declined],
    ConversationStarted: [automation.talk_noticed],
    ConversationRated: [automation.rating_noticed],
    SlaWarned: [automation.promise_warned],
    SlaBreached: [automation.promise_broken],
    TicketAccepted: [automation.ticket_noticed],
    FlowAsked: [automation.begin_flow],
    OfferEnded: [tickets.see_whether_to_distribute],
    TicketUnmerged: [tickets.see_whether_to_distribute],
    RoutingChanged: [tickets.see_whether_to_distribute],
    AvailabilityChanged: [tickets.see_whether_to_distribute],
}

REACTIONS: events.Table = {
    RoutingDue: [tickets.distribute],
    SignInUnusual: [alerts.tell_of_unusual_sign_in, ways_in.tell_of_unusual_sign_in],
    FactorChanged: [alerts.tell_of_changed_factor, ways_in.tell_of_changed_factor],
    PaperSeen: [sightings.tell_of_seen_paper],
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
    PromotionRedeemed: [usage.promotion_redeemed],
    FamilyChanged: [usage.family_changed],
    SharedDataChanged: [usage.shared_data_changed],
    BlockPlaced: [network.apply_blocks, line_notices.plan_expired],
    BlockLifted: [network.apply_blocks],
    LineClosed: [network.deactivate],
    DisconnectionOrdered: [line_notices.disconnection_ordered],
    DisconnectionTakenBack: [line_notices.disconnection_taken_back],
    SharingEnded: [line_notices.sharing_ended],
    LineLeft: [billing_notices.line_left, parting_notices.line_left],
    TransferAsked: [line_notices.transfer_asked],
    LineTransferred: [line_notices.line_transferred, parting_notices.line_transferred],
    PortCodeIssued: [network_notices.port_code_issued],
    PortOutRequested: [parting_notices.move_announced],
    PortOutCancelled: [parting_notices.move_taken_back],
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
    RefundFailed: [tickets.open_for_failed_refund, payment_notices.refund_failed],
    ChargebackOpened: [tickets.open_for_chargeback, payment_notices.chargeback_opened],
    PaymentPlanAgreed: [payment_notices.plan_agreed],
    PaymentPlanEnded: [payment_notices.plan_ended],
    AutoPayAnnounced: [payment_notices.autopay_announced],
    AutoPayNeedsCustomer: [payment_notices.autopay_needs_customer],
    AutoPayFailed: [payment_notices.autopay_failed],
    TicketOpened: [insights.ticket_moved],
    TicketAccepted: [insights.ticket_moved],
    TicketReopened: [insights.ticket_moved],
    TicketTransferred: [insights.ticket_moved],
    TicketChanged: [insights.ticket_moved],
    TicketResolved: [
        tickets.say_resolved,
        insights.ticket_moved,
        insights.ask_how_it_was,
    ],
    TicketCommented: [tickets.answer_customer],
    OrderFailed: [tickets.open_for_failed_order],
    OutageReported: [tickets.declare_outage],
    AccountNotBilled: [tickets.open_for_missing_bill],
    ConversationRated: [insights.conversation_rated],
    TicketMerged: [insights.tickets_merged],
    TicketUnmerged: [insights.tickets_merged],
    Happened: [automation.consider],
}

ERRANDS: events.Table = {
    BotAsked: [conversations.ask_bot],
    OrderPlaced: [network.send_order],
    IdentityCheckAsked: [customers.ask_about_paper],
    CodeIssued: [identity.send_code],
    LetterWritten: [identity.send_letter],
    PortCodeIssued: [network.publish_code],
    PortOutCancelled: [network.withdraw_code],
    NumberHandedOver: [network.hand_over],
    PaperAsked: [billing.build_paper],
    ConversationAssigned: [selfservice.put_through],
    RecordingArrived: [selfservice.fetch_recording],
    DeliveryQueued: [messaging.send_queued],
    FilesPending: [messaging.fetch_files],
    ReadMarkDue: [messaging.show_read],
    FileHandedIn: [mediation.read_file],
    TicketEscalated: [tickets.mail_escalation],
    CallDue: [automation.call],
    JobStarted: [transfer.bring_in],
}
