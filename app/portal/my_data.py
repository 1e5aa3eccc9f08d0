"""What we know of her: to take along, to have erased, and what she agreed to."""

from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.portal import bp
from app.portal.me import me
from app.privacy.models import Purpose
from app.privacy.service import consents, erasing, exporting
from app.web import fields
from app.web.exports import zipped
from app.web.input import takes
from app.web.login import current_actor, customer_with
from app.web.privacy_words import PURPOSES
from app.web.step_up import confirmed


@bp.get("/my/data")
@customer_with("customers.read")
def my_data() -> ResponseReturnValue:
    customer = me()
    return render_template(
        "portal/my_data.html",
        exports=exporting.of(customer.id),
        is_ready=exporting.is_ready,
        signature=exporting.signature,
        erasure=erasing.latest_of(customer.id),
        purposes={each: consents.has_agreed(customer.id, each) for each in Purpose},
        words=PURPOSES,
        said=consents.log_of(customer.id)[:20],
    )


@bp.post("/my/data/export")
@customer_with("customers.read")
@takes()
def ask_my_data() -> ResponseReturnValue:
    actor = current_actor()
    confirmed("privacy.export", actor.id)
    exporting.ask(actor.id, by=actor)
    return redirect(url_for("portal.my_data"), 303)


@bp.post("/my/data/exports/<uuid:export_id>/<signature>")
@customer_with("customers.read")
@takes()
def fetch_my_data(export_id: UUID, signature: str) -> Response:
    """Once: then the file is gone."""
    actor = current_actor()
    exporting.check(export_id, signature, by=actor)
    confirmed("privacy.export", export_id)
    return zipped(exporting.fetch(export_id, by=actor))


@bp.post("/my/data/erase")
@customer_with("customers.read")
@takes("why")
def ask_to_be_erased() -> ResponseReturnValue:
    actor = current_actor()
    confirmed("privacy.erase", actor.id)
    erasing.ask(actor.id, fields.free("why", 2000), by=actor)
    return redirect(url_for("portal.my_data"), 303)


@bp.post("/my/data/consents")
@customer_with("customers.read")
@takes("purpose", "agreed")
def say_consent() -> ResponseReturnValue:
    actor = current_actor()
    purpose = fields.choice_field("purpose", Purpose)
    consents.say(actor.id, purpose, agreed=request.form.get("agreed") == "yes", by=actor)
    return redirect(url_for("portal.my_data"), 303)
