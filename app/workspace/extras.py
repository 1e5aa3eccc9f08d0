"""What a line or account can have besides its plan: add-ons, and promotions by their code."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.catalog import queries as catalog
from app.catalog.models import Mode, OfferKind
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import language
from app.core.ids import new_id
from app.customers import access as customers
from app.customers.queries import accounts_of
from app.markets.queries import market
from app.subscriptions import service
from app.subscriptions.eligible import hindrances
from app.usage.queries import balances_of
from app.web.fields import form_key, id_field, id_of
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp, doors

CHANGED = "customer-changed"


@bp.get("/desk/lines/<uuid:line_id>/add-ons")
@staff_with("subscriptions.change")
def ask_add_on(line_id: UUID) -> ResponseReturnValue:
    line = doors.line_for(line_id, "subscriptions.change")
    locale = market(line.market_code).locale_for(language())
    on_sale = catalog.offers(
        line.market_code, service=line.service, mode=line.mode, kind=OfferKind.ADD_ON
    )
    against = hindrances([line.account_id], on_sale)
    return render_template(
        "workspace/lines/_add_ons.html",
        line=line,
        offers=[(each, catalog.allowances_text(each, language(), locale)) for each in on_sale],
        reasons={version: told for (_, version), told in against.items()},
    )


@bp.get("/desk/lines/<uuid:line_id>/add-ons/confirm")
@staff_with("subscriptions.change")
def confirm_add_on(line_id: UUID) -> ResponseReturnValue:
    """What it costs, how long it lasts and what it is paid from; nothing is changed yet."""
    line = doors.line_for(line_id, "subscriptions.change")
    version = service.version_for_now(
        line,
        id_of(request.args.get("offer_version_id", ""), field="offer_version_id"),
        OfferKind.ADD_ON,
    )
    balance = balances_of([line.id]).get(line.id) if line.mode is Mode.PREPAID else None
    return render_template(
        "workspace/lines/_add_on.html", line=line, version=version, balance=balance, key=new_id()
    )


@bp.post("/desk/lines/<uuid:line_id>/add-ons")
@staff_with("subscriptions.change")
@takes("offer_version_id", "key")
def add_add_on(line_id: UUID) -> ResponseReturnValue:
    version_id = id_field("offer_version_id")
    service.add_add_on(line_id, version_id, by=current_actor(), effect_key=f"desk:{form_key()}")
    return told(_("The add-on is added."), changed=CHANGED)


@bp.get("/desk/customers/<uuid:customer_id>/promotion")
@staff_with("subscriptions.change")
def ask_promotion(customer_id: UUID) -> ResponseReturnValue:
    customer = customers.customer_for(current_actor(), customer_id, "subscriptions.change")
    return render_template(
        "workspace/customers/_promotion.html",
        customer=customer,
        accounts=accounts_of(customer.id),
        key=new_id(),
    )


@bp.post("/desk/customers/<uuid:customer_id>/promotion")
@staff_with("subscriptions.change")
@takes("account_id", "code", "key")
def redeem_promotion(customer_id: UUID) -> ResponseReturnValue:
    """For the account chosen; of the customer in the address alone."""
    actor = current_actor()
    customer = customers.customer_for(actor, customer_id, "subscriptions.change")
    account_id = id_field("account_id")
    if account_id not in {each.id for each in accounts_of(customer.id)}:
        raise Invalid(field="account_id")
    code = request.form.get("code", "")
    grant = service.redeem(account_id, code, by=actor, effect_key=f"desk:{form_key()}")
    return told(
        _("%(name)s applies from the next bill or renewal on.", name=grant.discount.name),
        changed=CHANGED,
    )
