"""What each sensitive deed takes: the documents' three levels as data, read by code and by screens.

high: cancellation, refund, payment-method change. moderate: plan change, new subscription; for a
company's account a manager. low: everything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.identity.permissions import PERMISSIONS, Sensitivity

# Who does what belongs to companies holds this as well.
FOR_COMPANIES = "subscriptions.enterprise"


@dataclass(frozen=True, slots=True)
class Rule:
    """`step_up`: proves once more who she is, for just this. `second_person`: above a limit of
    the market somebody else agrees. `manager`: on a company's account only who may do that."""

    permission: str
    step_up: bool = True
    second_person: bool = False
    manager: bool = False

    @property
    def level(self) -> Sensitivity:
        return PERMISSIONS[self.permission]


# By the deed as `confirmed(…)` and `approvals.check(…)` name it, else as the permission is called.
DEEDS: Mapping[str, Rule] = {
    "billing.credit": Rule("billing.credit", second_person=True),
    "billing.debit": Rule("billing.debit", second_person=True),
    "billing.write_off": Rule("billing.write_off", second_person=True),
    "billing.undo_write_off": Rule("billing.write_off"),
    "billing.run": Rule("billing.run"),
    "outages.credit": Rule("outages.credit", second_person=True),
    "payments.refund": Rule("payments.refund", second_person=True),
    "payments.methods": Rule("payments.methods"),
    "payments.manage": Rule("payments.manage"),
    "payments.reconcile": Rule("payments.reconcile"),
    "approvals.decide": Rule("approvals.decide"),
    "subscriptions.cancel": Rule("subscriptions.cancel"),
    "subscriptions.sim": Rule("subscriptions.sim"),
    "subscriptions.transfer": Rule("subscriptions.transfer"),
    "subscriptions.change": Rule("subscriptions.change", step_up=False, manager=True),
    "subscriptions.activate": Rule("subscriptions.activate", step_up=False, manager=True),
    "kyc.view": Rule("kyc.view"),
    "data.export": Rule("data.export"),
    "staff.manage": Rule("staff.manage"),
    "api.manage": Rule("api.manage"),
    "policies.change": Rule("policies.manage"),
    "vouchers.manage": Rule("vouchers.manage"),
    "inboxes.manage": Rule("inboxes.manage"),
    "deposits.take": Rule("deposits.manage"),
    "deposits.give_back": Rule("deposits.manage"),
    "catalog.publish": Rule("catalog.manage"),
}


def kept_to_managers(permission: str) -> bool:
    """Whether on a company's account this takes a manager."""
    return any(rule.manager and rule.permission == permission for rule in DEEDS.values())


def rules_of(permission: str) -> list[Rule]:
    """All deeds that this permission lets somebody do."""
    return [rule for rule in DEEDS.values() if rule.permission == permission]
