"""Changing the plan of a line: first what it costs, then, when she says yes, the change."""

from datetime import UTC
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.api.bot import bp
from app.api.bot.asking import Answer, Asked, as_id, body_of, on_behalf
from app.api.bot.wording import exact, label, spoken, unsigned
from app.billing import service as billing
from app.billing.models import PlanChangeQuote
from app.billing.simulating import price_after_change
from app.catalog.models import Mode, OfferVersion
from app.catalog.queries import current_version
from app.core import clock, db
from app.core.i18n import gettext as _
from app.core.money import Money
from app.subscriptions import access as lines
from app.subscriptions.errors import SamePlan
from app.subscriptions.models import Line
from app.subscriptions.queries import current_plan


class WantedPlan(BaseModel):
    model_config = ConfigDict(extra="forbid")

    line_id: str
    offer_code: str


class TakenQuote(BaseModel):
    model_config = ConfigDict(extra="forbid")

    quote_id: str


@bp.post("/conversations/<uuid:conversation_id>/plan-change/quote")
@on_behalf("subscriptions.change")
def quote_plan_change(asked: Asked) -> Answer:
    asked.must_be_signed_in()
    wanted = body_of(WantedPlan)
    line = lines.line_for(asked.actor, as_id(wanted.line_id), "subscriptions.change")
    if current_plan(line).version.offer.code == wanted.offer_code:
        raise SamePlan
    version = current_version(line.market_code, wanted.offer_code, line.mode)
    quote = billing.quote_plan_change(line.id, version.id, by=asked.actor)
    return {
        "quote_id": str(quote.id),
        "line_id": str(line.id),
        "label": label(line),
        "plan": version.offer.name,
        "price_text": spoken(version.price_money, asked),
        "starts_on_text": _("today"),
        "credit_text": spoken(Money(quote.credit, quote.currency), asked),
        "charge_text": spoken(Money(quote.charge, quote.currency), asked),
        "net_text": spoken(_net(quote), asked),
        "net": exact(_net(quote)),
        "sentence": _explained(quote, line, version, asked),
        "valid_until": quote.valid_until.astimezone(UTC).isoformat(),
    }


@bp.post("/conversations/<uuid:conversation_id>/plan-change")
@on_behalf("subscriptions.change")
def change_plan(asked: Asked) -> Answer:
    asked.must_be_signed_in()
    quote_id = as_id(body_of(TakenQuote).quote_id)
    quote = billing.take_up_quote(quote_id, by=asked.actor)
    line = lines.line_for(asked.actor, quote.line_id, "customers.read")
    version = db.session.get_one(OfferVersion, quote.offer_version_id)
    return {
        "plan": version.offer.name,
        "starts_on_text": _("today"),
        "net_text": spoken(_net(quote), asked),
        "sentence": _(
            "%(line)s has %(plan)s from today.", line=label(line), plan=version.offer.name
        ),
    }


def _net(quote: PlanChangeQuote) -> Money:
    """Below zero when she gets money back."""
    return Money(quote.charge - quote.credit, quote.currency)


def _explained(quote: PlanChangeQuote, line: Line, version: OfferVersion, asked: Asked) -> str:
    """Price, start and what is prorated, in one breath; tax where prices are without it."""
    words: dict[str, Any] = {
        "plan": version.offer.name,
        "price": spoken(version.price_money, asked),
        "credit": spoken(Money(quote.credit, quote.currency), asked),
        "charge": spoken(Money(quote.charge, quote.currency), asked),
        "net": spoken(unsigned(_net(quote)), asked),
        "tax": asked.market.tax_name,
    }
    tax = (
        ""
        if asked.market.policies_at(clock.now()).tax_inclusive
        else " " + _("%(tax)s is added.", **words)
    )
    if line.mode is Mode.PREPAID:
        days = version.validity_days or 0
        told = _(
            "%(plan)s costs %(price)s for %(days)s days, starts today and is paid from the "
            "balance.",
            days=days,
            **words,
        )
        return told + tax
    start = _("%(plan)s costs %(price)s a month and starts today.", **words)
    if reduced := price_after_change(line, version):
        price = spoken(reduced, asked)
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
