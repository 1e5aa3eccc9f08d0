"""Another SIM for a line of hers: ordered here, made by a person who sees that it is she."""

from collections.abc import Mapping
from typing import Any, Literal

from app.conversations.models import Verification
from app.core.actor import SYSTEM
from app.core.i18n import gettext as _
from app.selfservice.asker import Asker
from app.selfservice.figures import label
from app.selfservice.proposals.kind import Done, Kind, Proposed, read
from app.selfservice.proposals.lines import WantedLine, active_mobile
from app.tickets import service as tickets
from app.tickets.models import Priority, Topic


class Wanted(WantedLine):
    form: Literal["esim", "sim"]


class ReplaceSim(Kind):
    """Whoever gets the new SIM has the number and its codes: a customer may not replace it herself
    (subscriptions.activate), so this opens a case for a person who asks for a paper."""

    name = "replace_sim"
    permission = "subscriptions.block"
    proof = Verification.IDENTITY

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        told = read(Wanted, wanted)
        line = active_mobile(asker, told.line_id)
        number = label(line)
        if told.form == "esim":
            title = _("eSIM for %(number)s", number=number)
            sentence = _(
                "I order an eSIM for %(number)s. It costs nothing. A person checks that it is you "
                "and sends you the code for your phone; the old SIM then stops for good.",
                number=number,
            )
        else:
            title = _("SIM card for %(number)s", number=number)
            sentence = _(
                "I order a SIM card for %(number)s. It costs nothing. You get it in a shop with "
                "your identity document; the old SIM then stops for good.",
                number=number,
            )
        terms = {"line_id": str(line.id), "form": told.form, "title": title}
        return Proposed(title, sentence, terms)

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        line = asker.line(terms["line_id"])
        number = label(line)
        ticket = tickets.open(
            by=SYSTEM,  # customers open no cases of their own; whose it is, it says
            subject=terms["title"],
            topic=Topic.ACCOUNT,
            priority=Priority.HIGH,
            customer_id=asker.customer.id,
            language=asker.language,
            summary=_("Wants another SIM for %(number)s.", number=number),
            context={"intent": "report_lost_sim", "line_id": str(line.id), "form": terms["form"]},
        )
        told = _("It is ordered: your case is %(reference)s.", reference=ticket.reference)
        return Done(told)
