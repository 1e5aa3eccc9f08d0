"""Partners' machines: given an id and a secret that is shown once, rotated, turned off."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound, SignInNeeded
from app.core.ids import new_id
from app.core.secrets import new_token, same, token_hash
from app.identity.models import ApiClient
from app.identity.permissions import API_SCOPES

MOST_PER_MINUTE = 60_000
MOST_URIS = 10
_LONGEST_NAME = 80
_NOBODY = token_hash("the secret of no client at all")


class BadClient(SignInNeeded):
    """Unknown, wrong and disabled are refused alike."""

    code = "invalid_client"


@dataclass(frozen=True, slots=True)
class Made:
    """The secret is in no table: whoever loses it has it rotated."""

    client: ApiClient
    secret: str


def make(
    *,
    by: Actor,
    name: str,
    scopes: Sequence[str],
    markets: Sequence[str],
    per_minute: int = 600,
    redirect_uris: Sequence[str] = (),
) -> Made:
    """A new client. Scopes are of API_SCOPES. Raises Invalid."""
    with db.transaction():
        by.must("api.manage")
        title = " ".join(name.split())
        if not 0 < len(title) <= _LONGEST_NAME or not title.isprintable():
            raise Invalid(field="name")
        if not scopes or not set(scopes) <= API_SCOPES:
            raise Invalid(field="scopes")
        if not 1 <= per_minute <= MOST_PER_MINUTE:
            raise Invalid(field="per_minute")
        if any(not by.sees_market(market) for market in markets) or (by.markets and not markets):
            raise Invalid(field="markets")
        secret, moment = new_token(), clock.now()
        client = ApiClient(
            id=new_id(),
            client_id=f"dt_{new_token()[:20]}",
            name=title,
            secret_hash=token_hash(secret),
            scopes=sorted(set(scopes)),
            markets=sorted(set(markets)),
            per_minute=per_minute,
            redirect_uris=clean_uris(redirect_uris),
            created_at=moment,
            rotated_at=moment,
        )
        db.session.add(client)
        audit.record(
            by, "api_client.made", "api_client", client.id, name=title, scopes=client.scopes
        )
    return Made(client, secret)


def clean_uris(told: Collection[str]) -> list[str]:
    """Addresses to come back to: https, or the developer's own machine. Raises Invalid."""
    found = sorted({each.strip() for each in told if each.strip()})
    if len(found) > MOST_URIS or not all(_is_right(each) for each in found):
        raise Invalid(field="redirect_uris")
    return found


def _is_right(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    plain = uri.isascii() and uri.isprintable() and " " not in uri and len(uri) <= 500
    return (
        plain
        and (parts.scheme == "https" or local)
        and bool(parts.hostname)
        and not (parts.fragment or parts.username or "*" in uri)
    )


def rotate(client_id: UUID, *, by: Actor) -> Made:
    """Another secret; the old one and every token out there stop at once."""
    with db.transaction():
        client = client_for(by, client_id, lock=True)
        secret = new_token()
        client.secret_hash, client.rotated_at = token_hash(secret), clock.now()
        audit.record(by, "api_client.rotated", "api_client", client.id, name=client.name)
    return Made(client, secret)


def disable(client_id: UUID, *, by: Actor) -> ApiClient:
    """Turn it off for good; twice changes nothing."""
    with db.transaction():
        client = client_for(by, client_id, lock=True)
        if client.disabled_at is None:
            client.disabled_at = clock.now()
            audit.record(by, "api_client.disabled", "api_client", client.id, name=client.name)
    return client


def authenticate(client_id: str, secret: str) -> ApiClient:
    """Raises BadClient."""
    client = db.session.scalar(select(ApiClient).where(ApiClient.client_id == client_id))
    right = same(token_hash(secret), client.secret_hash if client else _NOBODY)
    if client is None or not right or client.disabled_at is not None:
        raise BadClient
    with db.transaction():
        client.used_at = clock.now()
    return client


def client_of(id: UUID, issued_at: datetime) -> ApiClient:  # noqa: A002 - it is its id
    """The client of a token, if the token still counts. Raises BadClient."""
    client = db.session.get(ApiClient, id)
    if client is None or client.disabled_at is not None or issued_at < client.rotated_at:
        raise BadClient
    return client


def clients_for(by: Actor) -> list[ApiClient]:
    """Those that `by` may manage."""
    by.must("api.manage")
    found = db.session.scalars(select(ApiClient).order_by(ApiClient.name, ApiClient.id))
    return [each for each in found if _manages(by, each)]


def client_for(by: Actor, client_id: UUID, *, lock: bool = False) -> ApiClient:
    """One that `by` may manage. Raises NotFound, Forbidden."""
    by.must("api.manage")
    locked = lock or None
    client = db.session.get(ApiClient, client_id, with_for_update=locked, populate_existing=True)
    if client is None or not _manages(by, client):
        raise NotFound
    return client


def _manages(by: Actor, client: ApiClient) -> bool:
    """A client of every market only who has every market."""
    return not by.markets or (bool(client.markets) and set(client.markets) <= by.markets)
