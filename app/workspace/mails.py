"""Mails as they came, in a frame that may do nothing, and who is on copy of what is answered."""

from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.conversations import access as conversations
from app.messaging import pages
from app.messaging.service import mails
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.channel_bar import bar_of

_FRAME = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src {pictures}; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


@bp.get("/desk/mails/<uuid:message_id>")
@staff_with("conversations.read")
def mail(message_id: UUID) -> ResponseReturnValue:
    """Its head, and a frame with its page."""
    message, page = mails.page_for(current_actor(), message_id)
    return render_template(
        "workspace/mails/_mail.html",
        message=message,
        told=message.extra.get("mail", {}),
        has_remote=pages.has_remote(page.html),
        with_remote=request.args.get("pictures") == "yes",
    )


@bp.get("/desk/mails/<uuid:message_id>/page")
@staff_with("conversations.read")
def mail_page(message_id: UUID) -> ResponseReturnValue:
    """Nothing runs in it, nothing is sent from it, and nobody elsewhere learns that it was read
    unless pictures are asked for."""
    _message, page = mails.page_for(current_actor(), message_id)
    remote = request.args.get("pictures") == "yes"
    pictures = {
        content_id: url_for("workspace.attachment", attachment_id=attachment_id)
        for content_id, attachment_id in page.pictures.items()
    }
    shown = pages.with_pictures(pages.cleaned(page.html), pictures, remote=remote)
    frame = render_template("workspace/mails/page.html", html=Markup(shown))  # noqa: S704 - cleaned
    response = Response(frame, content_type="text/html")
    allowed = "'self' https:" if remote else "'self'"
    response.headers["Content-Security-Policy"] = _FRAME.format(pictures=allowed)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.post("/desk/conversations/<uuid:conversation_id>/copies")
@staff_with("conversations.reply")
@takes("address", "on")
def put_on_copy(conversation_id: UUID) -> ResponseReturnValue:
    found = mails.put_on_copy(
        conversation_id,
        request.form.get("address", ""),
        on=request.form.get("on") == "yes",
        by=current_actor(),
    )
    conversations.conversation_for(current_actor(), found.id, "conversations.read")
    return render_template(
        "workspace/channels/_bar.html", conversation=found, channel=bar_of(found)
    )
