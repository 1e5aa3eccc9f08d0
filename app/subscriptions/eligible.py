"""Whether accounts may have offers, by the conditions of their versions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.catalog.eligibility import conditions_of, reasons_against
from app.catalog.errors import NotEligible
from app.catalog.models import OfferVersion
from app.core import clock
from app.subscriptions.facts import facts_of


def check_eligible(account_id: UUID, version: OfferVersion, at: datetime) -> None:
    """Raises NotEligible with every reason. What asks for nothing costs no statement."""
    if reasons := _reasons([account_id], [version], at).get((account_id, version.id)):
        raise NotEligible(reasons)


def hindrances(
    account_ids: Sequence[UUID], versions: Sequence[OfferVersion]
) -> dict[tuple[UUID, UUID], list[str]]:
    """Why which account may not have which version now; pairs that may are left out."""
    return _reasons(account_ids, versions, clock.now())


def _reasons(
    account_ids: Sequence[UUID], versions: Sequence[OfferVersion], at: datetime
) -> dict[tuple[UUID, UUID], list[str]]:
    asking = [version for version in versions if version.conditions]
    if not asking:
        return {}
    return {
        (account_id, version.id): reasons
        for account_id, facts in facts_of(account_ids, at).items()
        for version in asking
        if (reasons := reasons_against(conditions_of(version.conditions), facts))
    }
