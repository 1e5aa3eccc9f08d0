"""A form counts only when it carries the token of the visitor's own session."""

import hmac
import secrets

from flask import Blueprint, request, session

from app.demo.world.refusals import Refusal


def token() -> str:
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(32)
    return str(session["csrf"])


def check() -> None:
    """Before every request to a page. Machines send JSON and a key, browsers send forms."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    sent, kept = request.form.get("csrf", ""), str(session.get("csrf", ""))
    if not kept or not hmac.compare_digest(sent.encode(), kept.encode()):
        raise Refusal(400, "page_expired", "The form is too old. Load the page again.")


def protect(pages: Blueprint) -> None:
    pages.before_request(check)
