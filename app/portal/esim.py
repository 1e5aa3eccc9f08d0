"""The code with which a customer's phone fetches her eSIM."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from app.portal import bp
from app.portal.me import me
from app.subscriptions import access
from app.subscriptions.msisdn import for_people
from app.subscriptions.service import esims
from app.web.input import takes
from app.web.login import current_actor, customer_with
from app.web.qr import qr
from app.web.step_up import confirmed

PAGE = "portal/esim/esim.html"


@bp.get("/my/lines/<uuid:line_id>/esim")
@customer_with("customers.read")
def esim(line_id: UUID) -> ResponseReturnValue:
    me()
    actor = current_actor()
    line = access.line_for(actor, line_id)
    return render_template(
        PAGE,
        line=line,
        number=for_people(line.number),
        state=esims.state_for(line.id, by=actor, permission="customers.read"),
    )


@bp.post("/my/lines/<uuid:line_id>/esim")
@customer_with("customers.read")
@takes()
def show_esim(line_id: UUID) -> ResponseReturnValue:
    """Whoever has the code has the line: she proves that it is she."""
    me()
    actor = current_actor()
    line = access.line_for(actor, line_id)
    confirmed("subscriptions.esim", line.id)
    profile = esims.profile_for(line.id, by=actor, permission="customers.read")
    return render_template(
        PAGE,
        line=line,
        number=for_people(line.number),
        state=profile.state,
        profile=profile,
        picture=qr(profile.activation_code),
    )
