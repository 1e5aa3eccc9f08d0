"""Where every dialogue begins, and the language it is held in."""

from collections.abc import Sequence

from app.core.i18n import LANGUAGES, lazy
from app.core.i18n import gettext as _
from app.selfservice.menus.page import Choice, Page
from app.selfservice.talk import Talk
from app.tickets import outages
from app.tickets.models import OutageCase

NAMES = {"en": "English", "es": "Español", "pt": "Português"}


def _greeting(talk: Talk) -> str:
    """With what disturbs her line now, before she asks."""
    case = None if talk.line is None else outages.hitting_line(talk.line)
    if not talk.aloud:
        return _known(case) if case else talk.inbox.name
    hello = _("Welcome to %(name)s.", name=talk.inbox.name)
    if case is not None:
        hello = f"{hello} {outages.notice_of(case)}"
    if not talk.inbox.bot_on:
        return hello
    asked = _("Say in a few words what you need, or choose.")
    return f"{hello} {asked}"


def _known(case: OutageCase) -> str:
    """A screen is short."""
    if case.area:
        return _("Known disturbance in %(area)s; we are on it.", area=case.area[:30])
    return _("Known disturbance; we are on it.")


def _home(talk: Talk) -> Sequence[Choice]:
    choices = STRANGERS if talk.line is None else CUSTOMERS
    hidden = not talk.sender  # nobody can call back a number that is not shown
    return [each for each in choices if not (hidden and each.leads_to == "callback")]


CUSTOMERS = (
    Choice(lazy("Balance"), "balance", ("balance", "saldo", "credit", "crédito")),
    Choice(lazy("Usage"), "usage", ("usage", "consumo", "uso", "data", "datos", "dados")),
    Choice(lazy("Top up"), "topup", ("top up", "recarga", "recargar", "recarregar")),
    Choice(lazy("Change plan"), "plans", ("plan", "plano")),
    Choice(lazy("Last bill"), "bill", ("bill", "invoice", "factura", "fatura", "conta")),
    Choice(lazy("Block SIM"), "block", ("block", "bloquear", "lost", "stolen", "robo", "roubo")),
    Choice(lazy("Call me back"), "callback", ("call me", "llamen", "llámame", "ligar")),
    Choice(lazy("Talk to a person"), "person", ("person", "agent", "persona", "pessoa")),
    Choice(lazy("Language"), "language", ("language", "idioma", "lengua")),
)
STRANGERS = (
    Choice(lazy("Our plans"), "offers", ("plans", "planes", "planos")),
    Choice(lazy("Call me back"), "callback", ("call me", "llamen", "ligar")),
    Choice(lazy("Talk to a person"), "person", ("person", "agent", "persona", "pessoa")),
    Choice(lazy("Language"), "language", ("language", "idioma")),
)


def _languages(_talk: Talk) -> Sequence[Choice]:
    return [
        Choice(NAMES[each], "home", (NAMES[each].lower(),), (("language", each),))
        for each in LANGUAGES
    ]


PAGES = {
    "home": Page(_greeting, _home, personal=False),
    "language": Page(lambda _talk: _("Choose a language:"), _languages, personal=False),
    # What an effect said, and the end.
    "done": Page(lambda talk: str(talk.slots.get("said", "")), personal=False, ends=True),
}
