"""Companies: who works where, which lines they use on whose costs, and what waits for a yes."""

from uuid import UUID

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.customers import access, hierarchy
from app.customers import queries as customers
from app.customers.models import Customer
from app.subscriptions import queries, service
from app.subscriptions.queries import is_undecided
from app.web import htmx
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp

CHANGED = "company-changed"


@bp.get("/desk/companies/<uuid:customer_id>")
@staff_with("customers.read")
def company(customer_id: UUID) -> ResponseReturnValue:
    """The tree under the topmost company of anybody in it."""
    top = _top(access.customer_for(current_actor(), customer_id))
    g.timezone = top.market.timezone
    everybody = customers.below(top.id)
    accounts = customers.accounts_of_all([each.id for each in everybody])
    return htmx.show(
        "workspace/companies/company.html",
        "workspace/companies/_company.html",
        top=top,
        children=_children(everybody),
        lines=queries.lines_paid_by([each.id for each in accounts]),
        requests=queries.requests_for([each.id for each in everybody]),
        is_undecided=is_undecided,
    )


@bp.get("/desk/customers/<uuid:customer_id>/place")
@staff_with("customers.update")
def ask_place(customer_id: UUID) -> ResponseReturnValue:
    found = access.customer_for(current_actor(), customer_id, "customers.update")
    above = access.customer_for(current_actor(), found.parent_id) if found.parent_id else None
    return render_template("workspace/companies/_place.html", customer=found, above=above)


@bp.post("/desk/customers/<uuid:customer_id>/place")
@staff_with("customers.update")
@takes("above", "is_manager")
def place_customer(customer_id: UUID) -> ResponseReturnValue:
    reference = request.form.get("above", "").strip()
    parent = _by_reference(reference) if reference else None
    hierarchy.place_under(
        customer_id,
        parent.id if parent else None,
        by=current_actor(),
        is_manager=request.form.get("is_manager") == "yes",
    )
    return told(_("The place in the company is saved."), changed=CHANGED)


@bp.post("/desk/approvals/<uuid:request_id>/approve")
@staff_with("requests.decide")
@takes()
def approve(request_id: UUID) -> ResponseReturnValue:
    service.approve_request(request_id, by=current_actor())
    return told(_("Approved, and changed."), changed=CHANGED)


@bp.post("/desk/approvals/<uuid:request_id>/refuse")
@staff_with("requests.decide")
@takes("note")
def refuse(request_id: UUID) -> ResponseReturnValue:
    service.refuse_request(request_id, by=current_actor(), note=request.form.get("note", ""))
    return told(_("Refused. Whoever asked can read why."), changed=CHANGED)


def _top(customer: Customer) -> Customer:
    above = customers.above(customer.id)
    return access.customer_for(current_actor(), above[-1]) if above else customer


def _children(everybody: list[Customer]) -> dict[UUID | None, list[Customer]]:
    found: dict[UUID | None, list[Customer]] = {}
    for each in everybody:
        found.setdefault(each.parent_id, []).append(each)
    return found


def _by_reference(reference: str) -> Customer:
    """Through the door: of another market it is not there."""
    found = customers.by_reference(reference) if reference.isprintable() else None
    if found is None:
        raise NotFound
    return access.customer_for(current_actor(), found.id, "customers.update")
