"""Who a customer is: papers, masked, and what the identity service says of them."""

from io import BytesIO
from uuid import UUID

from flask import Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.audit import views
from app.customers import access, kyc
from app.identity import reveals
from app.web.input import takes
from app.web.login import current_actor, current_session, staff_with
from app.web.step_up import confirmed
from app.workspace import bp

_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@bp.get("/desk/customers/<uuid:customer_id>/identity")
@staff_with("customers.read")
def customer_identity(customer_id: UUID) -> ResponseReturnValue:
    customer = access.customer_for(current_actor(), customer_id, "customers.read")
    views.seen(current_actor(), "identity", customer.id)
    return render_template(
        "workspace/customers/_identity.html", customer=customer, checks=kyc.checks_of(customer.id)
    )


@bp.post("/desk/papers/<uuid:check_id>/reveal")
@staff_with("kyc.view")
@takes("why")
def reveal_paper(check_id: UUID) -> ResponseReturnValue:
    """With a reason, which who looks after the reader sees too."""
    actor = current_actor()
    check = kyc.check_for(actor, check_id)
    why = reveals.checked_reason(request.form.get("why", ""))
    confirmed("kyc.view", check.id)
    reveals.reveal(
        "kyc.number",
        str(check.id),
        why,
        by=actor,
        session_id=current_session().id,
        market_code=check.customer.market_code,
    )
    number = kyc.reveal(check.id, by=actor)
    return render_template("workspace/customers/_paper_number.html", number=number)


@bp.post("/desk/documents/<uuid:document_id>")
@staff_with("kyc.view")
@takes()
def identity_document(document_id: UUID) -> Response:
    """Never shown in the page: a file from outside is only ever downloaded."""
    actor = current_actor()
    kyc.check_of_document(actor, document_id)
    confirmed("kyc.view", document_id)
    document = kyc.open_document(document_id, by=actor)
    return send_file(
        BytesIO(document.content),
        mimetype=document.media_type,
        download_name=f"document-{document.id}.{_ENDINGS[document.media_type]}",
        as_attachment=True,
    )
