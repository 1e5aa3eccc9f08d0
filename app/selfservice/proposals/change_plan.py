"""Changing the plan of a line: what it costs, what is prorated, and then the change."""

from collections.abc import Mapping
from typing import Any

from app.billing import service as billing
from app.billing.errors import QuoteExpired
from app.billing.models import PlanChangeQuote
from app.billing.simulating import price_after_change
from app.catalog.models import Mode, OfferVersion
from app.catalog.queries import current_version
from app.conversations.models import Verification
from app.core import clock, db
from app.core.i18n import gettext as _
from app.core.ids import as_id
from app.core.money import Money
from app.selfservice.asker import Asker
from app.selfservice.errors import ProposalOutdated
from app.selfservice.figures import label, spoken, unsigned
from app.selfservice.proposals.kind import Done, Kind, Proposed, read
from app.selfservice.proposals.lines import WantedOffer
from app.subscriptions import access as lines
from app.subscriptions.errors import SamePlan
from app.subscriptions.models import Line
from app.subscriptions.queries import current_plan


class ChangePlan(Kind):
    name = "change_plan"
    permission = "subscriptions.change"
    proof = Verification.IDENTITY

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        plan = read(WantedOffer, wanted)
        line = lines.line_for(asker.actor, as_id(plan.line_id), self.permission)
        if current_plan(line).version.offer.code == plan.offer_code:
            raise SamePlan
        version = current_version(line.market_code, plan.offer_code, line.mode)
        quote = billing.quote_plan_change(line.id, version.id, by=asker.actor)
        return Proposed(
            title=version.offer.name,
            sentence=_explained(quote, line, version, asker),
            terms={"quote_id": str(quote.id)},
        )

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        try:
            quote = billing.take_up_quote(as_id(terms["quote_id"]), by=asker.actor)
        except QuoteExpired:
            raise ProposalOutdated from None
        line = lines.line_for(asker.actor, quote.line_id, "customers.read")
        plan = db.session.get_one(OfferVersion, quote.offer_version_id).offer.name
        return Done(_("%(line)s has %(plan)s from today.", line=label(line), plan=plan))


def _net(quote: PlanChangeQuote) -> Money:
    """Below zero when she gets money back."""
    return Money(quote.charge - quote.credit, quote.currency)


def _explained(quote: PlanChangeQuote, line: Line, version: OfferVersion, asker: Asker) -> str:
    """Price, start and what is prorated, in one breath; tax where prices are without it."""
    words: dict[str, Any] = {
        "plan": version.offer.name,
        "line": label(line),
        "price": spoken(version.price_money, asker),
        "credit": spoken(Money(quote.credit, quote.currency), asker),
        "charge": spoken(Money(quote.charge, quote.currency), asker),
        "net": spoken(unsigned(_net(quote)), asker),
        "tax": asker.market.tax_name,
    }
    tax = (
        ""
        if asker.market.policies_at(clock.now()).tax_inclusive
        else " " + _("%(tax)s is added.", **words)
    )
    if line.mode is Mode.PREPAID:
        days = version.validity_days or 0
        told = _(
            "%(plan)s for %(line)s costs %(price)s for %(days)s days, starts today and is paid "
            "from the balance.",
            days=days,
            **words,
        )
        if reduced := price_after_change(quote):
            told += " " + _("After your discounts it is %(price)s.", price=spoken(reduced, asker))
        return told + tax
    start = _("%(plan)s for %(line)s costs %(price)s a month and starts today.", **words)
    if reduced := price_after_change(quote):
        price = spoken(reduced, asker)
        start += " " + _("After your discounts it is %(price)s a month.", price=price)
    return f"{start} {_prorated(quote, words)}{tax}"


def _prorated(quote: PlanChangeQuote, words: dict[str, Any]) -> str:
    if _net(quote).amount < 0:
        return _(
            "For the rest of this period you pay %(charge)s and get back %(credit)s of the old "
            "plan: %(net)s less on the next bill.",
            **words,
        )
    return _(
        "For the rest of this period you pay %(charge)s and get back %(credit)s of the old "
        "plan: %(net)s on the next bill.",
        **words,
    )
