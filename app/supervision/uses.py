"""What each permission lets people do, as the trail names it: the beginnings of its actions.

Of what is only read no entry is written, so there is nothing to show.
"""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import or_, select

from app.audit.models import AuditEntry
from app.audit.queries import readable
from app.core import clock, db
from app.core.actor import Actor

LOOKED_BACK = timedelta(days=90)
LATEST = 20
USES: Mapping[str, tuple[str, ...]] = {
    "conversations.assign": ("conversation.assigned",),
    "conversations.reply": ("conversation.resolved", "conversation.copied", "call.placed"),
    "tickets.accept": ("ticket.accepted", "ticket.declined"),
    "tickets.open": ("ticket.opened",),
    "tickets.resolve": ("ticket.resolved", "ticket.closed"),
    "tickets.assign": ("ticket.transferred",),
    "routing.manage": ("routing.planned", "agent.skills"),
    "customers.update": ("customer.contact_changed", "customer.registered", "customer.address_"),
    "fields.reveal": ("field.revealed",),
    "usage.import": ("usage_file.received",),
    "usage.review": ("usage_anomaly.",),
    "network.manage": ("outage.",),
    "billing.dispute": ("invoice.disputed", "invoice.dispute_closed"),
    "billing.run": ("bill_run.",),
    "billing.credit": ("invoice.credited",),
    "billing.debit": ("invoice.debited",),
    "billing.write_off": ("invoice.debt_",),
    "payments.take": ("payment.started",),
    "payments.refund": ("payment.refund_requested", "payment.refunded"),
    "payments.reconcile": ("payment.found_by_hand", "payment.reversed_by_hand", "statement."),
    "payments.plan": ("payment_plan.agreed",),
    "payments.methods": ("method.", "autopay."),
    "payments.manage": ("gateway.",),
    "vouchers.manage": ("vouchers.",),
    "approvals.decide": ("approval.approved", "approval.refused"),
    "subscriptions.change": ("line.plan_change", "line.add_on_"),
    "subscriptions.activate": ("activation.received",),
    "subscriptions.sim": ("line.sim_replaced", "line.puk_viewed", "line.esim_code_viewed"),
    "subscriptions.block": ("line.blocked", "line.block_lifted"),
    "subscriptions.cancel": ("line.leaving", "line.disconnected"),
    "subscriptions.transfer": ("line.transfer", "line.owner_changed"),
    "subscriptions.port": ("number.port_code",),
    "kyc.submit": ("customer.paper_shown",),
    "kyc.view": ("customer.paper_viewed", "customer.document_viewed"),
    "api.manage": ("api_client.",),
    "customers.close_deceased": ("customer.deceased",),
    "deposits.manage": ("deposit.",),
    "stock.manage": ("stock.imported",),
    "catalog.manage": ("offer.", "discount."),
    "markets.manage": ("market.opened",),
    "policies.manage": ("market.policies_changed",),
    "inboxes.manage": ("inbox.",),
    "kb.write": ("article.",),
    "bot.review": ("bot.",),
    "staff.manage": ("staff.", "role.", "team."),
    "data.export": ("data.exported",),
}


def latest_uses(permission: str, *, by: Actor) -> list[AuditEntry]:
    """By people, newest first; of the last ninety days."""
    begins = [
        AuditEntry.action.startswith(each, autoescape=True) for each in USES.get(permission, ())
    ]
    if not begins:
        return []
    query = select(AuditEntry).where(
        AuditEntry.at > clock.now() - LOOKED_BACK,
        AuditEntry.actor_kind == "staff",
        or_(*begins),
        readable(by),
    )
    return list(db.session.scalars(query.order_by(AuditEntry.at.desc()).limit(LATEST)))


def latest_of(actor_id: object, *, by: Actor) -> list[AuditEntry]:
    """What one person did last."""
    query = select(AuditEntry).where(AuditEntry.actor_id == actor_id, readable(by))
    return list(db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(LATEST)))
