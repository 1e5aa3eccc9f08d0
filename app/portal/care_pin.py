"""The PIN by which a customer proves on the telephone and by *123# that it is she."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.portal import bp
from app.portal.me import me
from app.selfservice.errors import WeakPin
from app.selfservice.service import pins
from app.web.input import takes
from app.web.login import current_actor, customer_with
from app.web.step_up import confirmed


@bp.get("/my/pin")
@customer_with("customers.read")
def care_pin() -> ResponseReturnValue:
    me()
    chosen = pins.pin_of(current_actor().id)
    return render_template("portal/care_pin.html", chosen=chosen, done=request.args.get("done"))


@bp.post("/my/pin")
@customer_with("customers.read")
@takes("pin", "again")
def choose_care_pin() -> ResponseReturnValue:
    """Her password is asked for: the PIN will do what only she may."""
    actor = current_actor()
    pin = request.form.get("pin", "")[:20]
    pins.check(pin)
    if request.form.get("again", "")[:20] != pin:
        raise WeakPin(field="again")
    confirmed("care_pin.choose", actor.id)
    pins.choose(actor.id, pin, by=actor)
    return redirect(url_for("portal.care_pin", done="1"), 303)
