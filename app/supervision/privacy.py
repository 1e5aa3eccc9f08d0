"""Data protection: one person's data to export, hold or erase, and what is kept for a time."""

from contextlib import suppress
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.customers.access import customer_for
from app.customers.models import Customer
from app.customers.queries import by_reference
from app.privacy import queries
from app.privacy.service import consents, erasing, exporting, holds, leftovers, retention
from app.supervision import bp
from app.web import fields
from app.web.exports import zipped
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.privacy_words import BECOMES, PURPOSES, STATES
from app.web.step_up import confirmed


@bp.get("/privacy")
@staff_with("privacy.read")
def privacy() -> ResponseReturnValue:
    """`customer` is the number that people say: what we have of her, and what may be done."""
    actor = current_actor()
    customer = _customer(request.args.get("customer", "").strip())
    return render_template(
        "supervision/privacy/index.html",
        asked=request.args.get("customer", ""),
        customer=customer,
        would_take=erasing.would_take(customer.id) if customer else [],
        exports=exporting.of(customer.id) if customer else [],
        is_ready=exporting.is_ready,
        signature=exporting.signature,
        consents=consents.log_of(customer.id) if customer else [],
        is_held=holds.standing(customer.id) if customer else False,
        erasures=queries.erasures(actor),
        holds=queries.holds(actor),
        runs=queries.retention_runs(),
        rules=retention.RULES,
        lost_files=leftovers.STORES,
        becomes=BECOMES,
        states=STATES,
        purposes=PURPOSES,
    )


@bp.post("/privacy/<uuid:customer_id>/export")
@staff_with("privacy.manage")
@takes()
def export_person(customer_id: UUID) -> ResponseReturnValue:
    customer = _theirs(customer_id)
    confirmed("privacy.export", customer.id)
    exporting.ask(customer.id, by=current_actor())
    return _back(customer)


@bp.post("/privacy/exports/<uuid:export_id>/<signature>")
@staff_with("privacy.manage")
@takes()
def fetch_person(export_id: UUID, signature: str) -> Response:
    actor = current_actor()
    exporting.check(export_id, signature, by=actor)
    confirmed("privacy.export", export_id)
    return zipped(exporting.fetch(export_id, by=actor))


@bp.post("/privacy/<uuid:customer_id>/erase")
@staff_with("privacy.manage")
@takes("why")
def ask_erasure(customer_id: UUID) -> ResponseReturnValue:
    customer = _theirs(customer_id)
    confirmed("privacy.erase", customer.id)
    erasing.ask(customer.id, fields.free("why", 2000), by=current_actor())
    return _back(customer)


@bp.post("/privacy/erasures/<uuid:erasure_id>/approve")
@staff_with("privacy.manage")
@takes()
def approve_erasure(erasure_id: UUID) -> ResponseReturnValue:
    erasing.waiting(erasure_id, by=current_actor())
    confirmed("privacy.erase", erasure_id)
    erasing.approve(erasure_id, by=current_actor())
    return redirect(url_for("supervision.privacy"), 303)


@bp.post("/privacy/erasures/<uuid:erasure_id>/refuse")
@staff_with("privacy.manage")
@takes("why")
def refuse_erasure(erasure_id: UUID) -> ResponseReturnValue:
    erasing.refuse(erasure_id, fields.free("why", 2000), by=current_actor())
    return redirect(url_for("supervision.privacy"), 303)


@bp.post("/privacy/<uuid:customer_id>/hold")
@staff_with("privacy.manage")
@takes("reason")
def place_hold(customer_id: UUID) -> ResponseReturnValue:
    customer = _theirs(customer_id)
    holds.place(customer.id, fields.free("reason", 2000), by=current_actor())
    return _back(customer)


@bp.post("/privacy/holds/<uuid:hold_id>/lift")
@staff_with("privacy.manage")
@takes()
def lift_hold(hold_id: UUID) -> ResponseReturnValue:
    holds.check(hold_id, by=current_actor())
    confirmed("privacy.hold", hold_id)
    holds.lift(hold_id, by=current_actor())
    return redirect(url_for("supervision.privacy"), 303)


def _customer(reference: str) -> Customer | None:
    """None when nobody of the reader's markets has this number."""
    found = by_reference(reference) if reference and reference.isprintable() else None
    with suppress(NotFound):
        return customer_for(current_actor(), found.id, "privacy.read") if found else None
    return None


def _theirs(customer_id: UUID) -> Customer:
    return customer_for(current_actor(), customer_id, "privacy.manage")


def _back(customer: Customer) -> ResponseReturnValue:
    return redirect(url_for("supervision.privacy", customer=customer.reference), 303)
