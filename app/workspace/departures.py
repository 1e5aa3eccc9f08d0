"""A customer who has died, and numbers that come from another operator."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.billing import service as billing
from app.catalog import queries as catalog
from app.catalog.models import Mode, OfferKind, Service
from app.core import clock
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.customers import access
from app.customers import queries as customers
from app.network import queries as network
from app.network import service as numbers
from app.web.fields import choice, day_field, form_key
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed
from app.workspace import bp, doors

CHANGED = "customer-changed"


@bp.get("/desk/customers/<uuid:customer_id>/deceased")
@staff_with("customers.close_deceased")
def ask_deceased(customer_id: UUID) -> ResponseReturnValue:
    customer = access.customer_for(current_actor(), customer_id, "customers.close_deceased")
    policies = customer.market.policies_at(clock.now())
    return render_template(
        "workspace/customers/_deceased.html", customer=customer, policies=policies
    )


@bp.post("/desk/customers/<uuid:customer_id>/deceased")
@staff_with("customers.close_deceased")
@takes("proof")
def note_deceased(customer_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    customer = access.customer_for(actor, customer_id, "customers.close_deceased")
    confirmed("customers.close_deceased", customer.id)
    billing.close_deceased(customer.id, by=actor, proof=request.form.get("proof", ""))
    return told(_("Every line will be closed. Nobody is reminded of bills."), changed=CHANGED)


@bp.post("/desk/customers/<uuid:customer_id>/alive")
@staff_with("customers.close_deceased")
@takes("why")
def undo_deceased(customer_id: UUID) -> ResponseReturnValue:
    billing.revive(customer_id, by=current_actor(), why=_why())
    return told(_("What was not carried out yet is taken back."), changed=CHANGED)


@bp.get("/desk/customers/<uuid:customer_id>/port-in")
@staff_with("subscriptions.port")
def ask_port_in(customer_id: UUID) -> ResponseReturnValue:
    customer = doors.customer_for(customer_id, "subscriptions.port")
    accounts = customers.accounts_of(customer.id)
    return render_template(
        "workspace/customers/_port_in.html",
        customer=customer,
        accounts=accounts,
        offers=catalog.offers(customer.market_code, service=Service.MOBILE, kind=OfferKind.PLAN),
        moves=network.port_ins_of([each.id for each in accounts]),
        key=new_id(),
    )


@bp.post("/desk/accounts/<uuid:account_id>/port-in")
@staff_with("subscriptions.port")
@takes("number", "donor_code", "offer", "port_on", "key")
def request_port_in(account_id: UUID) -> ResponseReturnValue:
    code, _colon, mode = request.form.get("offer", "").partition(":")
    numbers.request_port_in(
        account_id,
        by=current_actor(),
        number=request.form.get("number", ""),
        donor_code=request.form.get("donor_code", ""),
        offer_code=code,
        mode=choice(Mode, mode, field="offer"),
        port_on=day_field("port_on"),
        effect_key=f"desk:{form_key()}",
    )
    return told(_("The other operator is asked for the number."), changed=CHANGED)


@bp.post("/desk/port-ins/<uuid:port_in_id>/cancel")
@staff_with("subscriptions.port")
@takes()
def cancel_port_in(port_in_id: UUID) -> ResponseReturnValue:
    numbers.cancel_port_in(port_in_id, by=current_actor())
    return told(_("The number stays where it is."), changed=CHANGED)


def _why() -> str:
    why = " ".join(request.form.get("why", "").split())
    if not why:
        raise Invalid(field="why")
    return why
