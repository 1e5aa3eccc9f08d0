"""One place where a refusal becomes an answer: JSON, a fragment or a page, never a 5xx."""

from contextlib import suppress
from typing import Any

import structlog
from flask import (
    Flask,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from psycopg.errors import ExclusionViolation, ForeignKeyViolation, UniqueViolation
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    OperationalError,
    TimeoutError,  # noqa: A004
)
from werkzeug.exceptions import HTTPException

from app.core import db
from app.core.errors import Conflict, NotFound, Refusal, SignInNeeded, Unavailable
from app.core.i18n import gettext as _
from app.identity.errors import StepUpNeeded
from app.identity.models import SessionKind
from app.web import came_from, htmx, login, step_up

log = structlog.get_logger(__name__)


def handle(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(DataError, not_storable)
    app.register_error_handler(IntegrityError, came_second)
    app.register_error_handler(OverflowError, out_of_range)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(TimeoutError, database_away)
    app.register_error_handler(Exception, broken)


def refused(refusal: Refusal) -> ResponseReturnValue:
    if isinstance(refusal, SignInNeeded) and not _is_machine():
        return _to_sign_in()
    if isinstance(refusal, StepUpNeeded) and not _is_machine():
        return step_up.ask(refusal)
    return _answer(refusal.status, refusal.code, str(refusal.message), refusal.details)


def http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error.get_response()
    if request.routing_exception is not None and not _is_machine():
        _speak_her_language()
    messages = {
        404: str(NotFound.message),
        405: _("That cannot be done here."),
        413: _("That is too large."),
        415: _("That kind of content is not understood here."),
    }
    status = error.code or 500
    code = (error.name or "error").lower().replace(" ", "_")
    return _answer(status, code, messages.get(status, _("Please check what you entered.")), {})


def not_storable(error: DataError) -> ResponseReturnValue:
    """NUL bytes and numbers out of range come from outside, so they are refusals, not faults."""
    db.session.rollback()
    log.info("not_storable", error=str(error.orig))
    return _answer(400, "invalid", _("Please check what you entered."), {})


def out_of_range(error: OverflowError) -> ResponseReturnValue:
    """Days and moments that no calendar has; ours are none."""
    db.session.rollback()
    log.info("out_of_range", path=request.path, error=str(error))
    return _answer(400, "invalid", _("Please check what you entered."), {})


def came_second(error: IntegrityError) -> ResponseReturnValue:
    """Two looked at the same instant, and both found nothing in the way of what only one may do."""
    if not isinstance(error.orig, UniqueViolation | ExclusionViolation | ForeignKeyViolation):
        return broken(error)
    db.session.rollback()
    log.info("came_second", path=request.path, constraint=error.orig.diag.constraint_name)
    return refused(Conflict())


def database_away(error: OperationalError | TimeoutError) -> ResponseReturnValue:
    """Gone, or too busy: a lock, a statement or a free connection was waited for in vain."""
    db.session.remove()
    log.error("database_away", path=request.path, error=str(error.__cause__ or error))
    return refused(Unavailable())


def broken(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.error("request_failed", path=request.path, exc_info=error)
    return _answer(500, "internal", _("Something broke on our side. We have been told."), {})


def _answer(status: int, code: str, message: str, details: dict[str, Any]) -> ResponseReturnValue:
    if _is_machine():
        answer = jsonify(code=code, message=message, **{"details": details} if details else {})
    elif htmx.wanted():
        answer = make_response(render_template("web/_refusal.html", code=code, message=message))
        answer.headers["HX-Reswap"] = "none"
        answer.headers["X-Refusal"] = code
    else:
        answer = _page(code, message, status, details)
    answer.status_code = status
    field = str(details.get("field", ""))
    if field.isascii() and field.isidentifier():
        answer.headers["X-Field"] = field
    if "retry_after" in details:
        answer.headers["Retry-After"] = str(details["retry_after"])
    return answer


def _page(code: str, message: str, status: int, details: dict[str, Any]) -> Response:
    """One that only reads asks again by itself, where it is known when it works."""
    again = details.get("retry_after") if request.method == "GET" else None
    shown = {"code": code, "message": message, "status": status, "again": again}
    page = render_template("web/refusal.html", back=came_from.form_page(), **shown)
    answer = make_response(page)
    if again:
        answer.headers["Refresh"] = str(again)
    return answer


def _is_machine() -> bool:
    return request.path.startswith(("/api/", "/scim/", "/hooks/", "/chat/", "/widget/")) or (
        request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def _is_customers() -> bool:
    return request.path.startswith("/my/")


def _speak_her_language() -> None:
    """No route was met, so nobody has asked yet who is signed in."""
    with suppress(OperationalError, TimeoutError):
        login.optional(SessionKind.CUSTOMER if _is_customers() else SessionKind.STAFF)


def _to_sign_in() -> ResponseReturnValue:
    page = "portal.sign_in" if _is_customers() else "workspace.sign_in"
    where = url_for(page, next=_next_path())
    if htmx.wanted():
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = where
        return answer
    return redirect(where, 303)


def _next_path() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None
