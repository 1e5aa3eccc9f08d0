"""A partner's application asks whether it may act in the name of whoever is signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.identity import grants
from app.identity.models import ApiClient
from app.web import login
from app.web.input import takes
from app.web.step_up import confirmed
from app.workspace import bp
from app.workspace.sign_in_stages import sent

PAGE = "workspace/authorize/page.html"
LONGEST_STATE = 500
ASKED = ("client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge")


@dataclass(frozen=True, slots=True)
class Wish:
    """What an application asks for; `error` is what it is told instead, as RFC 6749 names it."""

    client: ApiClient
    redirect_uri: str
    state: str
    challenge: str
    scopes: frozenset[str]
    error: str | None

    @property
    def site(self) -> str:
        return urlsplit(self.redirect_uri).netloc

    def back(self, **told: str) -> str:
        """Its address, with what it is told."""
        more = {**told, **({"state": self.state} if self.state else {})}
        joint = "&" if urlsplit(self.redirect_uri).query else "?"
        return f"{self.redirect_uri}{joint}{urlencode(more)}"


@bp.get("/oauth/authorize")
@login.staff_with("workspace.enter")
def authorize() -> ResponseReturnValue:
    """What it would be allowed, and the question. Nobody is sent to an address that is not its."""
    wish = _wish(request.args.get)
    if wish.error:
        return redirect(wish.back(error=wish.error))
    return render_template(PAGE, wish=wish, asked=request.args)


@bp.post("/oauth/authorize")
@login.staff_with("workspace.enter")
@takes(*ASKED, "code_challenge_method", "answer")
def answer_application() -> ResponseReturnValue:
    wish = _wish(lambda name, _default: sent(name))
    if wish.error or sent("answer") != "allow":
        return _away(wish, error=wish.error or "access_denied")
    confirmed("grants.allow", wish.client.id)
    actor = login.current_actor()
    code = grants.allow(wish.client, wish.scopes, wish.redirect_uri, wish.challenge, by=actor)
    return _away(wish, code=code)


@bp.post("/me/security/grants/<uuid:grant_id>/withdraw")
@login.staff_with("session.end")
@takes()
def withdraw_grant(grant_id: UUID) -> ResponseReturnValue:
    grants.withdraw(grant_id, by=login.current_actor())
    return redirect(url_for("workspace.my_security", done="withdrawn"), 303)


def _wish(told: Callable[[str, str], str]) -> Wish:
    """Raises UnknownApplication, whose answer is a page of ours and nobody else's."""
    client = grants.application(told("client_id", ""), told("redirect_uri", ""))
    challenge = told("code_challenge", "")
    scopes = grants.scopes_for(client, told("scope", ""), login.current_actor())
    error = None
    if told("response_type", "") != "code":
        error = "unsupported_response_type"
    elif not grants.is_challenge(challenge, told("code_challenge_method", "")):
        error = "invalid_request"
    elif not scopes:
        error = "invalid_scope"
    state = told("state", "")[:LONGEST_STATE]
    return Wish(client, told("redirect_uri", ""), state, challenge, scopes, error)


def _away(wish: Wish, **told: str) -> ResponseReturnValue:
    """By a page of ours, because no form may lead to another site."""
    return render_template("workspace/authorize/back.html", wish=wish, address=wish.back(**told))
