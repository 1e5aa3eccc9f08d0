"""Add-ons of a line and promotion codes: what there is, what it costs, and taking it."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.catalog import queries as catalog
from app.catalog.models import Mode, OfferKind
from app.core.errors import NotFound
from app.core.ids import new_id
from app.customers.queries import accounts_of
from app.portal import bp
from app.portal.me import me
from app.subscriptions import access, service
from app.subscriptions.eligible import hindrances
from app.subscriptions.msisdn import for_people
from app.usage.queries import balances_of
from app.web.fields import form_key
from app.web.input import takes
from app.web.login import current_actor, customer_with


@bp.get("/my/lines/<uuid:line_id>/add-ons")
@customer_with("subscriptions.change")
def add_ons(line_id: UUID) -> ResponseReturnValue:
    customer, line = me(), access.line_for(current_actor(), line_id)
    on_sale = catalog.offers(
        customer.market_code, service=line.service, mode=line.mode, kind=OfferKind.ADD_ON
    )
    against = hindrances([line.account_id], on_sale)
    return render_template(
        "portal/plans/add_ons.html",
        line=line,
        number=for_people(line.number),
        offers=[each for each in on_sale if (line.account_id, each.id) not in against],
    )


@bp.get("/my/lines/<uuid:line_id>/add-ons/<uuid:version_id>")
@customer_with("subscriptions.change")
def add_on(line_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """What it costs and how long it lasts; nothing changes before she confirms."""
    me()
    line = access.line_for(current_actor(), line_id)
    version = service.version_for_now(line, version_id, OfferKind.ADD_ON)
    balance = balances_of([line.id]).get(line.id) if line.mode is Mode.PREPAID else None
    enough = line.mode is Mode.POSTPAID or (balance is not None and balance.amount >= version.price)
    return render_template(
        "portal/plans/add_on.html",
        line=line,
        number=for_people(line.number),
        version=version,
        balance=balance,
        is_prepaid=line.mode is Mode.PREPAID,
        enough=enough or not version.price,
        key=new_id(),
    )


@bp.post("/my/lines/<uuid:line_id>/add-ons/<uuid:version_id>")
@customer_with("subscriptions.change")
@takes("key")
def take_add_on(line_id: UUID, version_id: UUID) -> ResponseReturnValue:
    service.add_add_on(line_id, version_id, by=current_actor(), effect_key=f"portal:{form_key()}")
    return redirect(url_for("portal.home"), 303)


@bp.post("/my/promotions")
@customer_with("subscriptions.change")
@takes("code", "key")
def redeem_promotion() -> ResponseReturnValue:
    """For her first account: who has several asks an agent for the others."""
    account = next(iter(accounts_of(me().id)), None)
    if account is None:
        raise NotFound
    code, key = request.form.get("code", ""), f"portal:{form_key()}"
    grant = service.redeem(account.id, code, by=current_actor(), effect_key=key)
    return redirect(url_for("portal.plans", promotion=grant.discount.name), 303)
