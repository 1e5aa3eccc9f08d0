"""Who is asking: the session cookies, and the permission that every route must name."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, current_app, g, request

from app.core import db, i18n
from app.core.actor import Actor, Kind
from app.core.errors import Forbidden, SignInNeeded
from app.customers.models import Customer
from app.identity import sessions
from app.identity.models import Session, SessionKind
from app.identity.permissions import CUSTOMER

View = TypeVar("View", bound=Callable[..., Any])

COOKIES = {SessionKind.STAFF: "dialtone-staff", SessionKind.CUSTOMER: "dialtone-customer"}
PUBLIC = "public"


def cookie_name(kind: SessionKind) -> str:
    return host_cookie(COOKIES[kind])


def host_cookie(name: str) -> str:
    """Bound to this host, where the browser can be told so."""
    return f"__Host-{name}" if current_app.config["DIALTONE"].secure_cookies else name


def _needs(permission: str, kind: SessionKind) -> Callable[[View], View]:
    """Only somebody of this kind, signed in and holding the permission, gets to the view."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            g.session_kind = kind
            actor = _sign_in_of(kind)
            if not actor.may(permission):
                raise Forbidden(permission=permission)
            return view(*args, **kwargs)

        checked.permission = permission  # type: ignore[attr-defined]
        return cast("View", checked)

    return decorate


def staff_with(permission: str) -> Callable[[View], View]:
    return _needs(permission, SessionKind.STAFF)


def customer_with(permission: str = "portal.enter") -> Callable[[View], View]:
    return _needs(permission, SessionKind.CUSTOMER)


def open_to_all(view: View) -> View:
    """A route that needs nobody to be signed in: says so, because silence is refused by a test."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def current_actor() -> Actor:
    """Whoever the route's check let in."""
    return cast("Actor", g.actor)


def current_session() -> Session:
    return cast("Session", g.session)


def optional(kind: SessionKind) -> Actor | None:
    """Who is signed in, on a page that is also for strangers."""
    try:
        return _sign_in_of(kind)
    except SignInNeeded:
        return None


def _sign_in_of(kind: SessionKind) -> Actor:
    actor = getattr(g, "actor", None)
    if actor is not None and actor.kind.value == kind.value:
        return cast("Actor", actor)
    token = request.cookies.get(cookie_name(kind), "")
    found = token and sessions.find(kind, token, counts_as_activity=not _is_background())
    if not found:
        raise SignInNeeded
    g.session, g.session_token = found, token
    g.actor = actor_of(found)
    i18n.use_language(request.cookies.get("language", g.actor.language))
    return cast("Actor", g.actor)


def _is_background() -> bool:
    """Whether the page asked by itself; the person may be at lunch."""
    return request.headers.get("X-Background") == "1"


def actor_of(session: Session) -> Actor:
    """Raises SignInNeeded when the owner is gone, disabled or dead."""
    if session.kind == SessionKind.STAFF:
        if session.staff is None or session.staff.disabled_at is not None:
            raise SignInNeeded
        return session.staff.as_actor()
    customer = db.session.get(Customer, session.owner_id)
    if customer is None or customer.deceased_at is not None:
        raise SignInNeeded
    return customer_actor(customer)


def customer_actor(customer: Customer) -> Actor:
    market = frozenset({customer.market_code})
    return Actor(Kind.CUSTOMER, customer.id, customer.name, CUSTOMER, market, customer.language)


def own_path(path: str, *, under: str = "/") -> str | None:
    """Only a path of ours to go on to: `//elsewhere` and `https:` are somebody else's.

    Browsers drop tabs and newlines on the way, and take a backslash for a slash.
    """
    ours = path.startswith(under) and not path.startswith("//")
    return path if ours and path.isprintable() and "\\" not in path else None


def remember(response: Response, opened: sessions.Opened) -> None:
    """Give the browser its token."""
    seconds = int(sessions.LONGEST.total_seconds())
    keep(response, cookie_name(opened.session.kind), opened.token, seconds=seconds)


def keep(response: Response, name: str, token: str, *, seconds: int) -> None:
    """A cookie that no script reads and no other site sends with its forms."""
    response.set_cookie(
        name,
        token,
        max_age=seconds,
        secure=current_app.config["DIALTONE"].secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget(response: Response, kind: SessionKind) -> None:
    response.delete_cookie(
        cookie_name(kind),
        path="/",
        secure=current_app.config["DIALTONE"].secure_cookies,
        httponly=True,
        samesite="Lax",
    )
