"""A number that leaves for another operator: its code, and staying after all."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.billing import service as billing
from app.billing.errors import MayNotLeave
from app.billing.parting import changes_with
from app.billing.service.porting_out import open_port
from app.conversations.models import Verification
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.selfservice.asker import Asker
from app.selfservice.figures import day_text, label, last_day
from app.selfservice.proposals.kind import Done, Kind, Proposed, read
from app.selfservice.proposals.lines import WantedLine


class PortOutCode(Kind):
    """Whoever has the code has the number: only for her whom we know. The code itself is asked for
    afterwards, so that no answer that is kept holds it."""

    name = "port_out_code"
    permission = "subscriptions.port"
    proof = Verification.IDENTITY

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        line = asker.line(read(WantedLine, wanted).line_id)
        failing = [
            rule.name
            for rule in billing.port_out_rules(line.id, by=asker.actor)
            if not rule.fulfilled
        ]
        if failing and open_port(line.id) is None:
            raise MayNotLeave(rules=failing)
        number = label(line)
        told = _(
            "I give you the code with which another operator may take %(number)s. The line "
            "goes on until they do; then it ends here with a final bill.",
            number=number,
        )
        changes = changes_with(line, asker.locale, by=asker.actor)
        return Proposed(
            title=_("Code to move %(number)s", number=number),
            sentence=" ".join([told, *(each.sentence for each in changes)]),
            terms={"line_id": str(line.id)},
        )

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        line = asker.line(terms["line_id"])
        port = billing.ask_port_code(line.id, by=asker.actor)
        until = day_text(last_day(port.valid_until, asker), asker)
        told = _("The code for %(number)s is valid until %(day)s.", number=label(line), day=until)
        return Done(told)


class KeepNumber(Kind):
    name = "keep_number"
    permission = "subscriptions.port"
    proof = Verification.IDENTITY

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        line = asker.line(read(WantedLine, wanted).line_id)
        port = open_port(line.id)
        if port is None:
            raise NotFound
        number = label(line)
        return Proposed(
            title=_("Keep %(number)s", number=number),
            sentence=_(
                "%(number)s stays with us, and its code is worth nothing any more.", number=number
            ),
            terms={"port_out_id": str(port.id), "number": number},
        )

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        billing.cancel_port_out(UUID(terms["port_out_id"]), by=asker.actor)
        return Done(_("%(number)s stays with us.", number=terms["number"]))
