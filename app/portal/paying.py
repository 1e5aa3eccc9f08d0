"""Ways to pay that she had kept, and AutoPay: set up, change, pause, end, and what it did."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.catalog.models import Mode
from app.core.errors import NotFound
from app.customers import queries as customers
from app.payments import access as payment_access
from app.payments import consent, queries, service
from app.portal import bp
from app.portal.me import me
from app.subscriptions import access
from app.subscriptions import queries as subscriptions
from app.subscriptions.models import Line, LineStatus
from app.subscriptions.msisdn import for_people
from app.web.fields import amount_field, id_field, whole
from app.web.input import takes
from app.web.login import current_actor, customer_with
from app.web.step_up import confirmed

# Somebody with more lines asks for help: a page has an end.
MOST_LINES = 50


@bp.get("/my/paying")
@customer_with("payments.read")
def paying() -> ResponseReturnValue:
    customer = me()
    mandates = queries.mandates_of(customer.id)
    debits = queries.debits_of(customer.id)
    return render_template(
        "portal/paying/paying.html",
        customer=customer,
        methods=queries.saved_methods_of(customer.id),
        accounts=customers.accounts_of(customer.id),
        of_account={each.account_id: each for each in mandates if each.line_id is None},
        lines=[(line, for_people(line.number)) for line in _prepaid(customer.id)],
        of_line={each.line_id: each for each in mandates if each.line_id is not None},
        debits=debits,
        attempts=queries.attempts_of([each.id for each in debits]),
        consent=consent,
    )


@bp.post("/my/methods/<uuid:method_id>/default")
@customer_with("payments.methods")
@takes()
def make_default(method_id: UUID) -> ResponseReturnValue:
    confirmed("payments.methods", payment_access.saved_method_for(current_actor(), method_id).id)
    service.make_default(method_id, by=current_actor())
    return _back()


@bp.post("/my/methods/<uuid:method_id>/delete")
@customer_with("payments.methods")
@takes()
def delete_method(method_id: UUID) -> ResponseReturnValue:
    confirmed("payments.methods", payment_access.saved_method_for(current_actor(), method_id).id)
    service.delete_method(method_id, by=current_actor())
    return _back()


@bp.post("/my/accounts/<uuid:account_id>/autopay")
@customer_with("payments.methods")
@takes("method", "max_amount", "day", "consent")
def set_up_autopay(account_id: UUID) -> ResponseReturnValue:
    customer = me()
    if account_id not in {each.id for each in customers.accounts_of(customer.id)}:
        raise NotFound
    method_id, day = id_field("method"), _day()
    max_amount = amount_field("max_amount", customer.market.currency)
    confirmed("payments.autopay", account_id, max_amount)
    service.set_up_autopay(
        account_id,
        by=current_actor(),
        method_id=method_id,
        max_amount=max_amount,
        day=day,
        consent_version=request.form.get("consent", ""),
    )
    return _back()


@bp.post("/my/lines/<uuid:line_id>/autopay")
@customer_with("payments.methods")
@takes("method", "threshold", "amount", "daily_cap", "renews", "consent")
def set_up_top_up(line_id: UUID) -> ResponseReturnValue:
    currency = me().market.currency
    line = access.line_for(current_actor(), line_id, "payments.methods")
    method_id, daily_cap = id_field("method"), amount_field("daily_cap", currency)
    threshold, amount = amount_field("threshold", currency), amount_field("amount", currency)
    confirmed("payments.autopay", line.id, daily_cap)
    service.set_up_top_up(
        line.id,
        by=current_actor(),
        method_id=method_id,
        threshold=threshold,
        amount=amount,
        daily_cap=daily_cap,
        renews=request.form.get("renews") == "yes",
        consent_version=request.form.get("consent", ""),
    )
    return _back()


@bp.post("/my/autopay/<uuid:mandate_id>/pause")
@customer_with("payments.methods")
@takes()
def pause_autopay(mandate_id: UUID) -> ResponseReturnValue:
    confirmed("payments.autopay", payment_access.mandate_for(current_actor(), mandate_id).id)
    service.pause_autopay(mandate_id, by=current_actor())
    return _back()


@bp.post("/my/autopay/<uuid:mandate_id>/resume")
@customer_with("payments.methods")
@takes()
def resume_autopay(mandate_id: UUID) -> ResponseReturnValue:
    confirmed("payments.autopay", payment_access.mandate_for(current_actor(), mandate_id).id)
    service.resume_autopay(mandate_id, by=current_actor())
    return _back()


@bp.post("/my/autopay/<uuid:mandate_id>/revoke")
@customer_with("payments.methods")
@takes()
def revoke_autopay(mandate_id: UUID) -> ResponseReturnValue:
    confirmed("payments.autopay", payment_access.mandate_for(current_actor(), mandate_id).id)
    service.revoke_autopay(mandate_id, by=current_actor())
    return _back()


def _prepaid(customer_id: UUID) -> list[Line]:
    lines = subscriptions.lines_of(customer_id, limit=MOST_LINES)
    return [
        line for line in lines if line.mode == Mode.PREPAID and line.status == LineStatus.ACTIVE
    ]


def _back() -> ResponseReturnValue:
    return redirect(url_for("portal.paying"), 303)


def _day() -> int | None:
    text = request.form.get("day", "")
    return whole(text, field="day", digits=2) if text else None
