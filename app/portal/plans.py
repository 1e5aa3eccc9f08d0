"""Plans: what each line has, what it could have, what the change costs, and the change."""

from collections.abc import Container
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.billing import service as billing
from app.billing.simulating import price_after_change
from app.catalog import queries as catalog
from app.catalog.models import Mode, OfferKind, OfferVersion, Service
from app.catalog.queries import allowances_text
from app.core import clock, i18n
from app.core.ids import new_id
from app.core.money import Money
from app.portal import bp
from app.portal.cards import Card, cards_of
from app.portal.me import me
from app.subscriptions import access, service
from app.subscriptions.eligible import hindrances
from app.subscriptions.models import LineStatus
from app.subscriptions.msisdn import for_people
from app.subscriptions.queries import current_plan, lines_of
from app.usage.prices import prices_of
from app.web.input import takes
from app.web.locale import locale
from app.web.login import current_actor, customer_with


@bp.app_template_global("includes")
def includes(version: OfferVersion) -> str:
    return allowances_text(version, i18n.language(), locale())


@bp.get("/my/plans")
@customer_with("catalog.read")
def plans() -> ResponseReturnValue:
    customer = me()
    cards = cards_of(customer.id)
    on_sale = catalog.offers(customer.market_code, kind=OfferKind.PLAN)
    against = hindrances(list({card.account_id for card in cards}), on_sale)
    choices = [(card, _other_plans(card, on_sale, against)) for card in cards]
    return render_template(
        "portal/plans/plans.html",
        choices=choices,
        changed=request.args.get("changed", ""),
        reduced=_reduced(customer.id),
        promotion=request.args.get("promotion", "")[:80],
        key=new_id(),
    )


@bp.post("/my/lines/<uuid:line_id>/plan/<uuid:version_id>")
@customer_with("subscriptions.change")
@takes()
def quote_plan(line_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """What it would cost now; nothing changes before she confirms."""
    me()
    actor = current_actor()
    quote = billing.quote_plan_change(line_id, version_id, by=actor)
    line = access.line_for(actor, line_id)
    charge = Money(quote.charge, quote.currency)
    plan = catalog.version_on_sale(version_id)
    return render_template(
        "portal/plans/quote.html",
        quote=quote,
        number=for_people(line.number),
        is_prepaid=line.mode is Mode.PREPAID,
        plan=plan,
        reduced=price_after_change(quote),
        charge=charge,
        credit=Money(quote.credit, quote.currency),
        net=charge - Money(quote.credit, quote.currency),
        needs_approval=service.needs_approval(line, actor),
    )


@bp.post("/my/quotes/<uuid:quote_id>/confirm")
@customer_with("subscriptions.change")
@takes()
def confirm_plan(quote_id: UUID) -> ResponseReturnValue:
    quote = billing.take_up_quote(quote_id, by=current_actor())
    return redirect(url_for("portal.plans", changed=quote.line_id), 303)


def _reduced(customer_id: UUID) -> dict[UUID, Money]:
    """What lines that pay in advance would pay for a period now, where discounts reduce it."""
    lines = [
        line
        for line in lines_of(customer_id)
        if line.mode is Mode.PREPAID and line.status is not LineStatus.CLOSED
    ]
    prices = prices_of([(line, current_plan(line).version) for line in lines], clock.now())
    return {line_id: price.due for line_id, price in prices.items() if price.off}


def _other_plans(
    card: Card, on_sale: list[OfferVersion], against: Container[tuple[UUID, UUID]]
) -> list[OfferVersion]:
    """What the line could change to; what its account may not have is not shown."""
    fits = (Service(card.service), Mode(card.mode))
    return [
        version
        for version in on_sale
        if (version.offer.service, version.offer.mode) == fits
        and version.id != card.plan.id
        and (card.account_id, version.id) not in against
    ]
