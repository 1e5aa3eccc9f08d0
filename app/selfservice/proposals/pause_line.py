"""A pause instead of leaving: outgoing use is barred until she ends it herself."""

from collections.abc import Mapping
from typing import Any

from app.conversations.models import Verification
from app.core.i18n import gettext as _
from app.selfservice.asker import Asker
from app.selfservice.figures import label
from app.selfservice.proposals.kind import Done, Kind, Proposed, read
from app.selfservice.proposals.lines import WantedLine, active
from app.subscriptions import service as subscriptions
from app.subscriptions.models import BlockEffect

PAUSE = "request"


class PauseLine(Kind):
    name = "pause_line"
    permission = "subscriptions.block"
    proof = Verification.IDENTITY

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        line = active(asker, read(WantedLine, wanted).line_id)
        number = label(line)
        return Proposed(
            title=_("Pause %(number)s", number=number),
            sentence=_(
                "I pause %(number)s: calls still reach you, you cannot call or use data until you "
                "end the pause. The monthly price goes on.",
                number=number,
            ),
            terms={"line_id": str(line.id)},
        )

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        line = asker.line(terms["line_id"])
        subscriptions.place_block(line.id, PAUSE, BlockEffect.OUTGOING, by=asker.actor)
        number = label(line)
        return Done(_("%(number)s is paused. Calls still reach you.", number=number))
