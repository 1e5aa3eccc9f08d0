"""Blocking a line whose SIM or telephone is lost or stolen."""

from collections.abc import Mapping
from typing import Any, Literal

from app.conversations.models import Verification
from app.core.i18n import gettext as _
from app.selfservice.asker import Asker
from app.selfservice.figures import label
from app.selfservice.proposals.kind import Done, Kind, Proposed, read
from app.selfservice.proposals.lines import WantedLine, active_mobile
from app.subscriptions import service as subscriptions
from app.subscriptions.blocking import MISSING_SIM, family_of
from app.subscriptions.models import Line


class Wanted(WantedLine):
    reason: Literal["lost", "stolen"] = "lost"


class BlockLine(Kind):
    """An address of hers is proof enough, unlike for everything else that changes a line: each
    minute counts, whoever holds the missing telephone gains nothing by blocking it, and a wrong
    block is undone by a person within minutes. Undoing it is another matter and asks for more."""

    name = "block_line"
    permission = "subscriptions.block"
    proof = Verification.ADDRESS

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        told = read(Wanted, wanted)
        line = active_mobile(asker, told.line_id)
        number = label(line)
        return Proposed(
            title=_("Block %(number)s", number=number),
            sentence=_(
                "I block %(number)s at once: nobody can call, use data or receive codes with "
                "it. Your number, plan and balance stay yours.",
                number=number,
            ),
            terms={"line_id": str(line.id), "reason": told.reason},
        )

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        line = asker.line(terms["line_id"])
        subscriptions.report_proven(line.id, terms["reason"], by=asker.actor)
        number = label(line)
        return Done(_("%(number)s is blocked.", number=number))


def is_missing(line: Line) -> bool:
    """Whether its SIM has been reported as lost or stolen, and not found or replaced since."""
    return any(
        family_of(each.reason) in MISSING_SIM and each.lifted_at is None for each in line.blocks
    )
