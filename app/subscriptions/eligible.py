"""Whether an account may have an offer, by the conditions of its version."""

from datetime import datetime
from uuid import UUID

from app.catalog.eligibility import conditions_of, reasons_against
from app.catalog.errors import NotEligible
from app.catalog.models import OfferVersion
from app.subscriptions.facts import facts_of


def check_eligible(account_id: UUID, version: OfferVersion, at: datetime) -> None:
    """Raises NotEligible with every reason. What asks for nothing costs no statement."""
    if not version.conditions:
        return
    facts = facts_of([account_id], at)[account_id]
    if reasons := reasons_against(conditions_of(version.conditions), facts):
        raise NotEligible(reasons)
