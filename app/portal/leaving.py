"""Where the link in a mail's header leads in programs that have no button for it."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.secrets import masked_address
from app.messaging.service import leaving
from app.portal import bp
from app.portal.speaking import speak
from app.web.input import takes
from app.web.limits import limited
from app.web.login import open_to_all


@bp.get("/leave/<leave_token>")
@open_to_all
@limited("leave", times=60, seconds=60, open_without=True)
def leaving_page(leave_token: str) -> ResponseReturnValue:
    """Looking at it changes nothing: mail programs and scanners do so by themselves."""
    found = leaving.receiver(leave_token)
    speak(found.inbox.language)
    return render_template(
        "portal/leaving.html",
        leave_token=leave_token,
        address=masked_address(found.address),
        stopped=found.stopped,
    )


@bp.post("/leave/<leave_token>")
@open_to_all
@limited("leave", times=60, seconds=60, open_without=True)
@takes()
def leave(leave_token: str) -> ResponseReturnValue:
    leaving.leave(leave_token)
    return redirect(url_for("portal.leaving_page", leave_token=leave_token), 303)


@bp.post("/leave/<leave_token>/undo")
@open_to_all
@limited("leave", times=60, seconds=60, open_without=True)
@takes()
def come_back(leave_token: str) -> ResponseReturnValue:
    leaving.come_back(leave_token)
    return redirect(url_for("portal.leaving_page", leave_token=leave_token), 303)
