"""Topping up with a voucher."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import Refusal
from app.payments.service import vouchers as service
from app.portal import bp
from app.portal.me import me
from app.subscriptions import access as lines
from app.web.input import takes
from app.web.limits import limited
from app.web.login import current_actor, customer_with

PAGE = "portal/payments/voucher.html"


@bp.get("/my/lines/<uuid:line_id>/voucher")
@customer_with("payments.take")
def ask_voucher(line_id: UUID) -> ResponseReturnValue:
    me()
    line = lines.line_for(current_actor(), line_id)
    return render_template(PAGE, line=line, added=request.args.get("added"))


@bp.post("/my/lines/<uuid:line_id>/voucher")
@customer_with("payments.take")
@limited("voucher", times=20, seconds=60)
@takes("code")
def redeem_voucher(line_id: UUID) -> ResponseReturnValue:
    me()
    line = lines.line_for(current_actor(), line_id)
    try:
        service.redeem(request.form.get("code", ""), line.id, by=current_actor())
    except Refusal as refusal:
        return render_template(PAGE, line=line, refusal=refusal), refusal.status
    return redirect(url_for("portal.ask_voucher", line_id=line.id, added=1), 303)
