"""The code with which a customer's phone fetches her eSIM."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from app.portal import bp
from app.portal.me import me
from app.subscriptions import access
from app.subscriptions.msisdn import for_people
from app.subscriptions.service import esims
from app.web.login import current_actor, customer_with
from app.web.qr import qr


@bp.get("/my/lines/<uuid:line_id>/esim")
@customer_with("customers.read")
def esim(line_id: UUID) -> ResponseReturnValue:
    me()
    actor = current_actor()
    line = access.line_for(actor, line_id)
    profile = esims.profile_for(line.id, by=actor, permission="customers.read")
    return render_template(
        "portal/esim/esim.html",
        number=for_people(line.number),
        profile=profile,
        picture=qr(profile.activation_code),
    )
