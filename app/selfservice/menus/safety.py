"""Proving that it is she, and blocking a SIM that is gone."""

from collections.abc import Sequence
from uuid import UUID

from app.catalog.models import Service
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.selfservice.errors import WrongPin
from app.selfservice.menus.page import Choice, Page
from app.selfservice.service import pins
from app.selfservice.service.effects import once
from app.selfservice.talk import Talk
from app.subscriptions import access as lines
from app.subscriptions import service as subscriptions
from app.subscriptions.models import Line, LineStatus
from app.subscriptions.msisdn import for_people
from app.subscriptions.queries import lines_of
from channels.dialogue import Ask


def block(talk: Talk, line_id: UUID, reason: str) -> str:
    """Block a line of hers as lost or stolen, said. The same step again changes nothing."""

    def report() -> str:
        line = lines.line_for(talk.actor, line_id)
        subscriptions.report_proven(line.id, reason, by=talk.actor)
        return _(
            "%(number)s is blocked. Talk to us for a new SIM.",
            number=talk.words.number(line.number),
        )

    return once(talk.step, "sim_blocked", report, by=talk.actor)


def _ask_pin(talk: Talk) -> str:
    wrong = _("That PIN is not right.") + " " if talk.slots.get("wrong") else ""
    if talk.aloud:
        return wrong + _("Enter your care PIN, then the hash key.")
    return wrong + _("Enter your care PIN:")


def _hear_pin(talk: Talk, said: str) -> str:
    """Raises PinLocked, NoPin."""
    try:
        pins.prove(talk.customer.id, "".join(said.split()), by=talk.actor)
    except WrongPin:
        talk.slots["wrong"] = True
        return "pin"
    talk.slots.pop("wrong", None)
    talk.slots["proven"] = True
    return str(talk.slots.pop("then", "home"))


def _blockable(talk: Talk) -> list[Line]:
    own = lines_of(talk.customer.id)
    return [
        each for each in own if each.status is LineStatus.ACTIVE and each.service is Service.MOBILE
    ]


def _which(talk: Talk) -> Sequence[Choice]:
    return [
        Choice(for_people(each.number), "block_why", slots=(("line", str(each.id)),))
        for each in _blockable(talk)
    ]


def _confirm_text(talk: Talk) -> str:
    line = lines.line_for(talk.actor, UUID(str(talk.slots["line"])))
    return _(
        "Block %(number)s? It will neither call nor be called.",
        number=talk.words.number(line.number),
    )


def _hear_block(talk: Talk, _chosen: str) -> str:
    reason = str(talk.slots["reason"])
    talk.slots["said"] = block(talk, UUID(str(talk.slots["line"])), reason)
    return "done"


_WHY = (
    Choice(
        lazy("It is lost"),
        "block_sure",
        ("lost", "perdí", "perdida", "perdi"),
        (("reason", "lost"),),
    ),
    Choice(
        lazy("It was stolen"),
        "block_sure",
        ("stolen", "robada", "roubado"),
        (("reason", "stolen"),),
    ),
)
_SURE = (Choice(lazy("Block it"), "done", ("yes", "sí", "si", "sim", "block", "bloquear")),)

PAGES = {
    "pin": Page(_ask_pin, hear=_hear_pin, ask=Ask.DIGITS, secret=True),
    "block": Page(lambda _talk: _("Which number?"), _which, guarded=True),
    "block_why": Page(lambda _talk: _("What happened?"), lambda _talk: _WHY, guarded=True),
    "block_sure": Page(_confirm_text, lambda _talk: _SURE, _hear_block, guarded=True),
}
