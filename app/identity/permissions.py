"""The one permission table: every permission, how sensitive it is, and which role holds it."""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache


class Sensitivity(StrEnum):
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


PERMISSIONS: dict[str, Sensitivity] = {
    "session.end": Sensitivity.LOW,
    "workspace.enter": Sensitivity.LOW,
    "conversations.read": Sensitivity.LOW,
    "conversations.reply": Sensitivity.LOW,
    "conversations.assign": Sensitivity.MODERATE,
    "conversations.monitor": Sensitivity.MODERATE,
    "tickets.read": Sensitivity.LOW,
    "tickets.accept": Sensitivity.LOW,
    "tickets.open": Sensitivity.LOW,
    "tickets.resolve": Sensitivity.LOW,
    "tickets.assign": Sensitivity.MODERATE,
    "tickets.configure": Sensitivity.MODERATE,
    "views.share": Sensitivity.LOW,
    "outages.manage": Sensitivity.MODERATE,
    "outages.credit": Sensitivity.HIGH,
    "routing.manage": Sensitivity.MODERATE,
    "sla.manage": Sensitivity.MODERATE,
    "automation.manage": Sensitivity.MODERATE,
    "macros.use": Sensitivity.LOW,
    "customers.read": Sensitivity.LOW,
    "customers.update": Sensitivity.MODERATE,
    "customers.contacts": Sensitivity.LOW,
    "fields.reveal": Sensitivity.MODERATE,
    "usage.read": Sensitivity.MODERATE,
    "usage.detail": Sensitivity.MODERATE,
    "usage.import": Sensitivity.MODERATE,
    "usage.review": Sensitivity.HIGH,
    "usage.charge": Sensitivity.HIGH,
    "network.read": Sensitivity.LOW,
    "network.manage": Sensitivity.MODERATE,
    "billing.read": Sensitivity.MODERATE,
    "billing.dispute": Sensitivity.MODERATE,
    "billing.run": Sensitivity.HIGH,
    "billing.credit": Sensitivity.HIGH,
    "billing.debit": Sensitivity.HIGH,
    "billing.write_off": Sensitivity.HIGH,
    "payments.read": Sensitivity.MODERATE,
    "payments.references": Sensitivity.MODERATE,
    "payments.take": Sensitivity.MODERATE,
    "payments.refund": Sensitivity.HIGH,
    "payments.reconcile": Sensitivity.HIGH,
    "payments.plan": Sensitivity.MODERATE,
    "vouchers.manage": Sensitivity.HIGH,
    "approvals.decide": Sensitivity.HIGH,
    "ledger.read": Sensitivity.MODERATE,
    "payments.methods": Sensitivity.HIGH,
    "payments.manage": Sensitivity.HIGH,
    "subscriptions.change": Sensitivity.MODERATE,
    "subscriptions.activate": Sensitivity.MODERATE,
    "subscriptions.enterprise": Sensitivity.MODERATE,
    "subscriptions.sim": Sensitivity.HIGH,
    "subscriptions.block": Sensitivity.MODERATE,
    "subscriptions.cancel": Sensitivity.HIGH,
    "subscriptions.transfer": Sensitivity.HIGH,
    "stock.read": Sensitivity.LOW,
    "stock.manage": Sensitivity.MODERATE,
    "kyc.submit": Sensitivity.MODERATE,
    "kyc.view": Sensitivity.HIGH,
    "api.manage": Sensitivity.HIGH,
    "subscriptions.port": Sensitivity.MODERATE,
    "subscriptions.lift_fraud": Sensitivity.HIGH,
    "subscriptions.court": Sensitivity.HIGH,
    "customers.close_deceased": Sensitivity.HIGH,
    "requests.decide": Sensitivity.MODERATE,
    "deposits.manage": Sensitivity.HIGH,
    "catalog.read": Sensitivity.LOW,
    "catalog.manage": Sensitivity.HIGH,
    "markets.manage": Sensitivity.HIGH,
    "policies.manage": Sensitivity.HIGH,
    "inboxes.manage": Sensitivity.HIGH,
    "kb.read": Sensitivity.LOW,
    "kb.write": Sensitivity.MODERATE,
    "supervision.enter": Sensitivity.LOW,
    "reports.read": Sensitivity.LOW,
    "bot.review": Sensitivity.MODERATE,
    "quality.review": Sensitivity.MODERATE,
    "shifts.manage": Sensitivity.MODERATE,
    "staff.manage": Sensitivity.HIGH,
    "staff.provision": Sensitivity.HIGH,
    "configuration.transfer": Sensitivity.HIGH,
    "rights.read": Sensitivity.MODERATE,
    "reveals.read": Sensitivity.MODERATE,
    "audit.read": Sensitivity.MODERATE,
    "audit.review": Sensitivity.MODERATE,
    "audit.export": Sensitivity.HIGH,
    "data.export": Sensitivity.HIGH,
    "privacy.read": Sensitivity.MODERATE,
    "privacy.manage": Sensitivity.HIGH,
}

_AGENT = frozenset(
    {
        "customers.contacts",
        "fields.reveal",
        "workspace.enter",
        "conversations.read",
        "conversations.reply",
        "tickets.read",
        "tickets.accept",
        "tickets.open",
        "tickets.resolve",
        "macros.use",
        "customers.read",
        "usage.read",
        "network.read",
        "billing.read",
        "billing.dispute",
        "payments.read",
        "payments.take",
        "payments.plan",
        "subscriptions.change",
        "subscriptions.activate",
        "subscriptions.block",
        "subscriptions.port",
        "kyc.submit",
        "customers.close_deceased",
        "catalog.read",
        "kb.read",
    }
)
_SENIOR = _AGENT | {
    "payments.references",
    "usage.detail",
    "customers.update",
    "conversations.assign",
    "tickets.assign",
    "views.share",
    "subscriptions.enterprise",
    "subscriptions.sim",
    "subscriptions.transfer",
    "stock.read",
    "requests.decide",
    "billing.credit",
    "billing.debit",
    "payments.refund",
    "approvals.decide",
    "kb.write",
}
_SUPERVISOR = _SENIOR | {
    "reveals.read",
    "supervision.enter",
    "reports.read",
    "conversations.monitor",
    "routing.manage",
    "sla.manage",
    "automation.manage",
    "tickets.configure",
    "outages.manage",
    "outages.credit",
    "bot.review",
    "quality.review",
    "shifts.manage",
    "subscriptions.lift_fraud",
}
_BILLING = frozenset(
    {
        "customers.contacts",
        "payments.references",
        "usage.detail",
        "fields.reveal",
        "workspace.enter",
        "customers.read",
        "usage.read",
        "usage.import",
        "usage.review",
        "billing.read",
        "billing.dispute",
        "billing.run",
        "billing.credit",
        "billing.debit",
        "billing.write_off",
        "outages.credit",
        "deposits.manage",
        "payments.read",
        "payments.take",
        "payments.refund",
        "payments.reconcile",
        "payments.plan",
        "vouchers.manage",
        "approvals.decide",
        "ledger.read",
        "payments.manage",
        "catalog.read",
        "catalog.manage",
        "policies.manage",
        "kb.read",
        "tickets.read",
        "reports.read",
        "stock.read",
        "stock.manage",
        "data.export",
    }
)
_READ_ONLY = frozenset(name for name in PERMISSIONS if name.endswith(".read"))

ROLES: dict[str, frozenset[str]] = {
    "agent": _AGENT,
    "manager": _SENIOR,
    "supervisor": _SUPERVISOR,
    "billing_administrator": _BILLING,
    "marketing_analyst": frozenset(
        {"supervision.enter", "reports.read", "catalog.read", "kb.read"}
    ),
    "field_technician": frozenset(
        {
            "customers.contacts",
            "workspace.enter",
            "customers.read",
            "network.read",
            "tickets.read",
            "tickets.accept",
            "tickets.resolve",
            "kb.read",
        }
    ),
    "network_operations": frozenset(
        {
            "workspace.enter",
            "network.read",
            "network.manage",
            "outages.manage",
            "tickets.read",
            "kb.read",
        }
    ),
    "administrator": frozenset(PERMISSIONS),
    "auditor": _READ_ONLY | {"supervision.enter", "fields.reveal", "audit.export"},
    "data_protection_officer": _READ_ONLY
    | {
        "workspace.enter",
        "supervision.enter",
        "fields.reveal",
        "audit.review",
        "audit.export",
        "privacy.manage",
    },
}

# What a machine may be given: nothing that only a person may decide.
API_SCOPES = frozenset(
    {
        "customers.read",
        "catalog.read",
        "subscriptions.activate",
        "subscriptions.change",
        "subscriptions.block",
        "kyc.submit",
        "usage.read",
        "usage.import",
        "usage.charge",
        "network.manage",
        "billing.read",
        "staff.provision",
        "tickets.read",
        "tickets.open",
        "tickets.accept",
        "tickets.resolve",
    }
)

# What everybody who works here may do, whatever the role.
ALL_STAFF = frozenset({"session.end"})

CUSTOMER = frozenset(
    {
        "session.end",
        "portal.enter",
        "conversations.reply",
        "conversations.read",
        "tickets.read",
        "billing.read",
        "billing.dispute",
        "payments.read",
        "payments.take",
        "payments.plan",
        "payments.methods",
        "usage.read",
        "subscriptions.change",
        "subscriptions.block",
        "subscriptions.port",
        "requests.decide",
        "catalog.read",
        "customers.read",
        "network.read",
        "kb.read",
    }
)
VISITOR = frozenset({"conversations.reply", "conversations.read", "catalog.read", "kb.read"})


def permissions_of(roles: Sequence[str], custom: Sequence[str] = ()) -> frozenset[str]:
    """Everything that somebody with these roles may do; unknown roles give nothing, nor does
    what no permission is called any longer."""
    return _together(tuple(roles), tuple(custom))


@lru_cache(maxsize=1000)
def _together(roles: tuple[str, ...], custom: tuple[str, ...]) -> frozenset[str]:
    """Every request asks, and there are few combinations."""
    built_in = ALL_STAFF.union(*(ROLES.get(role, frozenset()) for role in roles))
    return built_in | (PERMISSIONS.keys() & set(custom))
