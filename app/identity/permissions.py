"""The one permission table: every permission, how sensitive it is, and which role holds it."""

from enum import StrEnum


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
    "customers.read": Sensitivity.LOW,
    "customers.update": Sensitivity.MODERATE,
    "usage.read": Sensitivity.MODERATE,
    "network.read": Sensitivity.LOW,
    "network.manage": Sensitivity.MODERATE,
    "billing.read": Sensitivity.MODERATE,
    "billing.run": Sensitivity.HIGH,
    "billing.credit": Sensitivity.HIGH,
    "payments.read": Sensitivity.MODERATE,
    "payments.take": Sensitivity.MODERATE,
    "payments.refund": Sensitivity.HIGH,
    "payments.methods": Sensitivity.HIGH,
    "payments.manage": Sensitivity.HIGH,
    "subscriptions.change": Sensitivity.MODERATE,
    "subscriptions.activate": Sensitivity.MODERATE,
    "subscriptions.block": Sensitivity.MODERATE,
    "subscriptions.cancel": Sensitivity.HIGH,
    "catalog.read": Sensitivity.LOW,
    "catalog.manage": Sensitivity.HIGH,
    "markets.manage": Sensitivity.HIGH,
    "inboxes.manage": Sensitivity.HIGH,
    "kb.read": Sensitivity.LOW,
    "kb.write": Sensitivity.MODERATE,
    "supervision.enter": Sensitivity.LOW,
    "reports.read": Sensitivity.LOW,
    "staff.manage": Sensitivity.HIGH,
    "audit.read": Sensitivity.MODERATE,
}

_AGENT = frozenset(
    {
        "workspace.enter",
        "conversations.read",
        "conversations.reply",
        "tickets.read",
        "tickets.accept",
        "tickets.open",
        "tickets.resolve",
        "customers.read",
        "usage.read",
        "network.read",
        "billing.read",
        "payments.read",
        "payments.take",
        "subscriptions.change",
        "subscriptions.block",
        "catalog.read",
        "kb.read",
    }
)
_SENIOR = _AGENT | {
    "customers.update",
    "conversations.assign",
    "tickets.assign",
    "subscriptions.activate",
    "billing.credit",
    "payments.refund",
    "kb.write",
}
_SUPERVISOR = _SENIOR | {"supervision.enter", "reports.read", "conversations.monitor"}
_BILLING = frozenset(
    {
        "workspace.enter",
        "customers.read",
        "usage.read",
        "billing.read",
        "billing.run",
        "billing.credit",
        "payments.read",
        "payments.take",
        "payments.refund",
        "payments.manage",
        "catalog.read",
        "kb.read",
        "tickets.read",
        "reports.read",
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
        {"workspace.enter", "network.read", "network.manage", "tickets.read", "kb.read"}
    ),
    "administrator": frozenset(PERMISSIONS),
    "auditor": _READ_ONLY | {"supervision.enter"},
}

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
        "payments.read",
        "payments.take",
        "payments.methods",
        "usage.read",
        "subscriptions.change",
        "catalog.read",
        "customers.read",
        "network.read",
        "kb.read",
    }
)
VISITOR = frozenset({"conversations.reply", "conversations.read", "catalog.read", "kb.read"})


def permissions_of(roles: list[str]) -> frozenset[str]:
    """Everything that somebody with these roles may do. Unknown roles give nothing."""
    return ALL_STAFF.union(*(ROLES.get(role, frozenset()) for role in roles))
