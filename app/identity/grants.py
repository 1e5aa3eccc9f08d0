"""A partner's machine acts in a person's name: OAuth 2.0 authorization code with PKCE (RFC 6749,
4.1; RFC 7636), and refresh tokens that are good once (RFC 9700, 4.14).

The code is good for a minute and once. A code or a refresh token that comes a second time was
copied by somebody: the whole grant ends.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound, Refusal
from app.core.i18n import lazy
from app.core.secrets import keyed_hash, new_token, same, token_hash
from app.identity.models import ApiClient, Grant

CODE_LASTS = timedelta(minutes=1)
UNUSED = timedelta(days=30)  # a refresh token that nobody used for so long is no good any more
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of a SHA-256
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_REFRESH = re.compile(r"([0-9a-f]{32})\.(\d{1,9})\.([0-9a-f]{64})")


class UnknownApplication(Refusal):
    """Nobody is sent anywhere by an address that is not the application's own."""

    code = "unknown_application"
    status = 400
    message = lazy("This application is not known here, or it asked for an answer elsewhere.")


class BadGrant(Refusal):
    """Wrong, used, expired, another's: refused alike."""

    code = "invalid_grant"
    status = 400
    message = lazy("This permission is no longer good. Ask for it again.")


@dataclass(frozen=True, slots=True)
class Redeemed:
    grant: Grant
    refresh_token: str


def application(client_id: str, redirect_uri: str) -> ApiClient:
    """Who asks, and whether the answer may go where it wants it: compared sign by sign (RFC 9700,
    2.1). Raises UnknownApplication."""
    found = db.session.scalar(
        select(ApiClient).where(ApiClient.client_id == client_id, ApiClient.disabled_at.is_(None))
    )
    if found is None or redirect_uri not in found.redirect_uris:
        raise UnknownApplication
    return found


def scopes_for(client: ApiClient, asked: str, by: Actor) -> frozenset[str]:
    """Of what is asked (nothing is everything) what both the application and this person may."""
    both = client.as_actor().permissions & by.permissions
    return (frozenset(asked.split()) or both) & both


def is_challenge(challenge: str, method: str) -> bool:
    """Only S256: a plain one protects nothing."""
    return method == "S256" and bool(_CHALLENGE.fullmatch(challenge))


def allow(
    client: ApiClient, scopes: Collection[str], redirect_uri: str, challenge: str, *, by: Actor
) -> str:
    """The code that the application redeems within a minute. Raises Invalid."""
    code, moment = new_token(), clock.now()
    with db.transaction():
        if not scopes or not set(scopes) <= scopes_for(client, "", by):
            raise Invalid(field="scope")
        grant = Grant(
            client_id=client.id,
            staff_id=by.id,
            scopes=sorted(set(scopes)),
            redirect_uri=redirect_uri,
            challenge=challenge,
            code_hash=token_hash(code),
            code_expires_at=moment + CODE_LASTS,
            granted_at=moment,
        )
        db.session.add(grant)
        audit.record(
            by, "api_grant.made", "api_client", client.id, name=client.name, scopes=grant.scopes
        )
    return code


def redeem(client: ApiClient, code: str, redirect_uri: str, verifier: str) -> Redeemed:
    """Tokens for a code. Raises BadGrant."""
    query = select(Grant).where(Grant.code_hash == token_hash(code)).with_for_update()
    with db.transaction():
        grant = db.session.scalar(query)
        if grant is None or grant.client_id != client.id:
            raise BadGrant
        if good := _may_redeem(grant, redirect_uri, verifier):
            grant.redeemed_at = grant.refreshed_at = clock.now()
        elif grant.ended_at is None:
            _end(grant, "code_failed" if grant.redeemed_at is None else "code_reused")
    if not good:
        raise BadGrant
    return Redeemed(grant, _refresh_token(grant))


def refresh(client: ApiClient, token: str) -> Redeemed:
    """The next tokens; the one given is used up. Raises BadGrant."""
    parts = _REFRESH.fullmatch(token)
    if parts is None or not same(_signed(parts[1], parts[2]), token):
        raise BadGrant
    with db.transaction():
        grant = db.session.get(Grant, UUID(parts[1]), with_for_update=True)
        if grant is None or grant.client_id != client.id or not _lives(grant):
            raise BadGrant
        if reused := int(parts[2]) != grant.turn:
            _end(grant, "refresh_reused")
        else:
            grant.turn += 1
            grant.refreshed_at = clock.now()
    if reused:
        raise BadGrant
    return Redeemed(grant, _refresh_token(grant))


def actor_of(grant_id: UUID, client: ApiClient) -> Actor:
    """Who acts: the machine, with what was granted and its person still may. Raises BadGrant."""
    grant = db.session.get(Grant, grant_id)
    if grant is None or grant.client_id != client.id or not _lives(grant):
        raise BadGrant
    machine, person = client.as_actor(), grant.staff.as_actor()
    both = machine.markets & person.markets
    if machine.markets and person.markets and not both:
        raise BadGrant
    return replace(
        machine,
        name=f"{machine.name} ({person.name})",
        permissions=machine.permissions & person.permissions & frozenset(grant.scopes),
        markets=both or machine.markets or person.markets,
    )


def grants_of(by: Actor) -> list[Grant]:
    """What this person lets others do in her name, latest first."""
    query = select(Grant).where(
        Grant.staff_id == by.id,
        Grant.ended_at.is_(None),
        Grant.redeemed_at.is_not(None),
        Grant.refreshed_at > clock.now() - UNUSED,
    )
    return list(db.session.scalars(query.order_by(Grant.granted_at.desc())))


def withdraw(grant_id: UUID, *, by: Actor) -> None:
    """It ends at once, tokens that are out too. Raises NotFound."""
    with db.transaction():
        grant = db.session.get(Grant, grant_id, with_for_update=True)
        if grant is None or grant.staff_id != by.id:
            raise NotFound
        if grant.ended_at is None:
            _end(grant, "withdrawn", by)


def end_all(staff_id: UUID, *, by: Actor) -> None:
    """Of somebody who goes, or begins anew. Joins the caller's transaction."""
    hers = select(Grant).where(Grant.staff_id == staff_id, Grant.ended_at.is_(None))
    for grant in db.session.scalars(hers.with_for_update()):
        _end(grant, "person_ended", by)


def revoke(client: ApiClient, token: str) -> None:
    """What the machine itself gives back (RFC 7009); whatever else it sends changes nothing."""
    parts = _REFRESH.fullmatch(token)
    if parts is None or not same(_signed(parts[1], parts[2]), token):
        return
    with db.transaction():
        grant = db.session.get(Grant, UUID(parts[1]), with_for_update=True)
        if grant is not None and grant.client_id == client.id and grant.ended_at is None:
            _end(grant, "given_back")


def _may_redeem(grant: Grant, redirect_uri: str, verifier: str) -> bool:
    return (
        grant.ended_at is None
        and grant.redeemed_at is None
        and clock.now() < grant.code_expires_at
        and redirect_uri == grant.redirect_uri
        and bool(_VERIFIER.fullmatch(verifier))
        and same(create_s256_code_challenge(verifier), grant.challenge)
        and grant.staff.disabled_at is None
    )


def _lives(grant: Grant) -> bool:
    return (
        grant.ended_at is None
        and grant.refreshed_at is not None
        and clock.now() < grant.refreshed_at + UNUSED
        and grant.staff.disabled_at is None
    )


def _end(grant: Grant, why: str, by: Actor | None = None) -> None:
    grant.ended_at = clock.now()
    doer = by or grant.client.as_actor()
    audit.record(doer, "api_grant.ended", "api_client", grant.client_id, reason=why)


def _refresh_token(grant: Grant) -> str:
    return _signed(grant.id.hex, str(grant.turn))


def _signed(grant: str, turn: str) -> str:
    return f"{grant}.{turn}.{keyed_hash(f'refresh:{grant}:{turn}')}"
