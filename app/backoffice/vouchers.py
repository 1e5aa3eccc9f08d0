"""Batches of vouchers: generated and told once, counted, stopped."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.core.errors import Invalid
from app.core.money import total
from app.markets.queries import market, markets_of
from app.payments.service import vouchers as service
from app.web import sheets
from app.web.fields import amount_field, day_field, whole
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed


@bp.get("/payments/vouchers")
@staff_with("vouchers.manage")
def vouchers() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "backoffice/vouchers/vouchers.html",
        batches=service.batches(actor),
        markets=markets_of(actor),
        most=service.MOST,
    )


@bp.post("/payments/vouchers")
@staff_with("vouchers.manage")
@takes("name", "market", "value", "count", "expires_on")
def generate_vouchers() -> ResponseReturnValue:
    """The codes are the answer, as a table to print. They are never shown again."""
    place = market(request.form.get("market", "")[:10].replace("\0", ""))
    value = amount_field("value", place.currency)
    count, expires_on = _count(), day_field("expires_on")
    name = request.form.get("name", "")
    confirmed("vouchers.manage", name[:80], total([value] * count, value.currency))
    batch, codes = service.generate(
        place.code, by=current_actor(), name=name, value=value, count=count, expires_on=expires_on
    )
    worth = batch.money.rounded()
    rows = [
        (
            " ".join(code[at : at + 4] for at in range(0, len(code), 4)),
            worth.amount,
            worth.currency,
            expires_on,
        )
        for code in codes
    ]
    return sheets.download("vouchers.csv", ("code", "value", "currency", "expires"), rows)


@bp.post("/payments/vouchers/<uuid:batch_id>/stop")
@staff_with("vouchers.manage")
@takes()
def stop_vouchers(batch_id: UUID) -> ResponseReturnValue:
    service.stop(batch_id, by=current_actor())
    return redirect(url_for("backoffice.vouchers"), 303)


def _count() -> int:
    count = whole(request.form.get("count", ""), field="count", digits=5)
    if not 0 < count <= service.MOST:
        raise Invalid(field="count")
    return count
