"""Who may place and who may lift a block, by its reason. A reason may name its cause behind a
colon (dunning:<invoice id>): the rule is that of the word before it. No session, no clock.
"""

from dataclasses import dataclass

from app.core.actor import Actor, Kind
from app.subscriptions.models import BlockEffect


@dataclass(frozen=True, slots=True)
class BlockRule:
    """The system may always. Staff need a permission; None means that no staff may."""

    effect: BlockEffect
    placed_with: str | None
    lifted_with: str | None
    customer_places: bool = False
    customer_lifts: bool = False

    def may_place(self, by: Actor) -> bool:
        return _may(by, self.placed_with, self.customer_places)

    def may_lift(self, by: Actor) -> bool:
        return _may(by, self.lifted_with, self.customer_lifts)


_STAFF = "subscriptions.block"
RULES = {
    "dunning": BlockRule(BlockEffect.OUTGOING, None, None),
    "plan_expired": BlockRule(BlockEffect.OUTGOING, None, None),
    "quota": BlockRule(BlockEffect.THROTTLE, None, None),
    "request": BlockRule(
        BlockEffect.OUTGOING, _STAFF, _STAFF, customer_places=True, customer_lifts=True
    ),
    # A customer reports these with a code (service.lost) and never lifts them herself.
    "lost": BlockRule(BlockEffect.ALL, _STAFF, _STAFF),
    "stolen": BlockRule(BlockEffect.ALL, _STAFF, _STAFF),
    "fraud": BlockRule(BlockEffect.ALL, _STAFF, "subscriptions.lift_fraud"),
    "court": BlockRule(BlockEffect.ALL, "subscriptions.court", "subscriptions.court"),
}
MISSING_SIM = ("lost", "stolen")


def rule_of(reason: str) -> BlockRule | None:
    """None for a reason that nobody knows."""
    return RULES.get(family_of(reason))


def family_of(reason: str) -> str:
    return reason.partition(":")[0]


def _may(by: Actor, permission: str | None, customer: bool) -> bool:
    if by.kind is Kind.SYSTEM:
        return True
    if by.is_customer:
        return customer
    return permission is not None and by.may(permission)
