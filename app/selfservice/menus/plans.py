"""What is on sale, and changing to it: first what it costs, then, when she says yes, the change."""

from collections.abc import Sequence
from uuid import UUID

from app.billing import service as billing
from app.billing.models import PlanChangeQuote
from app.billing.simulating import price_after_change
from app.catalog.models import Mode, OfferKind, OfferVersion, Service
from app.catalog.queries import offers
from app.core import clock, db
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.core.money import Money
from app.selfservice.menus.page import Choice, Page
from app.selfservice.service.effects import once
from app.selfservice.talk import Talk
from app.subscriptions.eligible import hindrances
from app.subscriptions.queries import current_plan
from channels.dialogue import Ask


def plan_text(talk: Talk) -> str:
    plan = current_plan(talk.own).version
    return _priced(talk, plan)


def _priced(talk: Talk, version: OfferVersion) -> str:
    price = talk.words.money(version.price_money)
    if version.offer.mode is Mode.PREPAID:
        days = version.validity_days
        return _(
            "%(plan)s: %(price)s for %(days)s days", plan=version.offer.name, price=price, days=days
        )
    return _("%(plan)s: %(price)s a month", plan=version.offer.name, price=price)


def _on_sale(talk: Talk) -> list[OfferVersion]:
    """What this line may change to."""
    line = talk.own
    found = offers(line.market_code, service=line.service, mode=line.mode, kind=OfferKind.PLAN)
    against = hindrances([line.account_id], found)
    current = current_plan(line).offer_version_id
    return [
        each for each in found if each.id != current and (line.account_id, each.id) not in against
    ]


def _plans(talk: Talk) -> Sequence[Choice]:
    return [
        Choice(
            _priced(talk, each),
            "plan",
            (each.offer.name.lower(),),
            (("version", str(each.id)),),
        )
        for each in _on_sale(talk)
    ]


def _ask_plan(talk: Talk) -> str:
    told = _("You have %(plan)s.", plan=plan_text(talk))
    if not _on_sale(talk):
        return f"{told} " + _("There is no other plan for you now.")
    return f"{told} " + _("Change to:")


def _hear_plan(talk: Talk, _chosen: str) -> str:
    """The price is quoted once, and that very quote is taken up."""
    version_id = UUID(str(talk.slots["version"]))
    quote = billing.quote_plan_change(talk.own.id, version_id, by=talk.actor)
    talk.slots["quote"] = str(quote.id)
    return "plan"


def _quoted(talk: Talk) -> str:
    """Price, start and what is prorated."""
    quote = db.session.get_one(PlanChangeQuote, UUID(str(talk.slots["quote"])))
    version = db.session.get_one(OfferVersion, quote.offer_version_id)
    words = talk.words
    price = words.money(price_after_change(quote) or version.price_money)
    told = _("%(plan)s costs %(price)s and starts today.", plan=version.offer.name, price=price)
    if talk.own.mode is Mode.PREPAID:
        told += " " + _(
            "It is paid from your balance for %(days)s days.", days=version.validity_days
        )
    else:
        told += " " + _prorated(talk, quote)
    if not talk.market.policies_at(clock.now()).tax_inclusive:
        told += " " + _("%(tax)s is added.", tax=talk.market.tax_name)
    return told


def _prorated(talk: Talk, quote: PlanChangeQuote) -> str:
    net = Money(quote.charge - quote.credit, quote.currency)
    charge = talk.words.money(Money(quote.charge, quote.currency))
    credit = talk.words.money(Money(quote.credit, quote.currency))
    sized = talk.words.money(Money(abs(net.amount), net.currency))
    said = {"charge": charge, "credit": credit, "net": sized}
    if net.amount < 0:
        return _(
            "Rest of this month: %(charge)s less %(credit)s back: %(net)s off the next bill.",
            **said,
        )
    return _(
        "Rest of this month: %(charge)s less %(credit)s back: %(net)s on the next bill.", **said
    )


def _take_up(talk: Talk, _chosen: str) -> str:
    def change() -> str:
        quote = billing.take_up_quote(UUID(str(talk.slots["quote"])), by=talk.actor)
        version = db.session.get_one(OfferVersion, quote.offer_version_id)
        return _("You have %(plan)s from today.", plan=version.offer.name)

    talk.slots["said"] = once(talk.step, "plan_changed", change, by=talk.actor)
    return "done"


def _offers_text(talk: Talk) -> str:
    """What anybody may know: the mobile plans."""
    found = offers(talk.market.code, service=Service.MOBILE, kind=OfferKind.PLAN)
    if not found:
        return _("There are no plans on sale now.")
    lines = [_priced(talk, each) for each in found]
    return ". ".join(lines) + "." if talk.aloud else "\n".join(lines)


_YES = ("yes", "sí", "si", "sim", "confirm", "confirmo", "confirmar")

PAGES = {
    "offers": Page(_offers_text, personal=False),
    "plans": Page(_ask_plan, _plans, _hear_plan, guarded=True),
    "plan": Page(
        _quoted,
        lambda _talk: (Choice(lazy("Confirm"), "done", _YES),),
        _take_up,
        ask=Ask.CHOICE,
        guarded=True,
    ),
}
