"""Passkeys: registered, and proved, by a challenge that one browser gets once for one purpose.

Who we are to an authenticator comes from the configuration, never from a request.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import or_, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.secrets import new_token
from app.identity import switch
from app.identity.errors import BadPasskey, TooManyPasskeys
from app.identity.events import FactorChanged
from app.identity.models import Passkey, PasskeyChallenge, SessionKind

VALID_FOR = timedelta(minutes=5)
LONGEST_NAME = 60
MOST = 10
# What a challenge is for.
REGISTER, SIGN_IN, SECOND_FACTOR, STEP_UP = "register", "sign-in", "second-factor", "step-up"


@dataclass(frozen=True, slots=True)
class Party:
    """Us, as authenticators know us."""

    id: str
    origin: str
    name: str


def _us() -> Party:
    site = switch.site()
    parts = urlsplit(site.url)
    return Party(parts.hostname or "", f"{parts.scheme}://{parts.netloc}", site.operator)


def ask_to_register(by: Actor, *, bound_to: str, account: str) -> dict[str, Any]:
    """What the browser needs to make a key pair. `account` is what its owner knows hers by."""
    kind = SessionKind(by.kind.value)
    options = generate_registration_options(
        rp_id=_us().id,
        rp_name=_us().name,
        user_id=f"{kind.value}:{by.id}".encode(),
        user_name=account,
        user_display_name=by.name,
        challenge=_asked(REGISTER, kind, bound_to=bound_to, owner_id=by.id),
        timeout=_milliseconds(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_described(each) for each in passkeys_of(kind, by.id)],
    )
    return _plain(options_to_json(options))


def register(credential: Mapping[str, Any], name: str, *, by: Actor, bound_to: str) -> Passkey:
    """Keep a new key. Raises BadPasskey, TooManyPasskeys, Invalid."""
    kind = SessionKind(by.kind.value)
    title = _title(name)
    if len(passkeys_of(kind, by.id)) >= MOST:
        raise TooManyPasskeys
    challenge = _answered(REGISTER, kind, credential, bound_to=bound_to)
    if challenge.owner_id != by.id:
        raise BadPasskey
    try:
        made = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge.challenge,
            expected_rp_id=_us().id,
            expected_origin=_us().origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise BadPasskey from error
    with db.transaction():
        taken = select(Passkey.id).where(Passkey.credential_id == made.credential_id)
        if db.session.scalar(taken) is not None:
            raise BadPasskey
        passkey = Passkey(
            id=new_id(),
            kind=kind,
            owner_id=by.id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            transports=_transports(credential),
            name=title,
            created_at=clock.now(),
        )
        db.session.add(passkey)
        audit.record(by, "passkey.added", kind.value, by.id, name=title)
        events.announce(FactorChanged(kind.value, by.id, "passkey.added"))
    return passkey


def ask_to_prove(
    purpose: str, kind: SessionKind, *, bound_to: str, owner_id: UUID | None = None
) -> dict[str, Any]:
    """What the browser needs to sign with a key: one of somebody's, or any of this kind."""
    known = passkeys_of(kind, owner_id) if owner_id else []
    options = generate_authentication_options(
        rp_id=_us().id,
        challenge=_asked(purpose, kind, bound_to=bound_to, owner_id=owner_id),
        timeout=_milliseconds(),
        allow_credentials=[_described(each) for each in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options_to_json(options))


def prove(
    purpose: str, kind: SessionKind, credential: Mapping[str, Any], *, bound_to: str
) -> Passkey:
    """Whose key signed the challenge, with herself verified by the device. Raises BadPasskey.

    A counter that does not grow means that there are two of this key: it is refused.
    """
    challenge = _answered(purpose, kind, credential, bound_to=bound_to)
    passkey = _known(kind, credential)
    if passkey is None or challenge.owner_id not in {None, passkey.owner_id}:
        raise BadPasskey
    try:
        signed = verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge.challenge,
            expected_rp_id=_us().id,
            expected_origin=_us().origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise BadPasskey from error
    _count(passkey, signed.new_sign_count)
    return passkey


def passkeys_of(kind: SessionKind, owner_id: UUID) -> Sequence[Passkey]:
    query = select(Passkey).where(
        Passkey.kind == kind, Passkey.owner_id == owner_id, Passkey.revoked_at.is_(None)
    )
    return db.session.scalars(query.order_by(Passkey.created_at)).all()


def rename(passkey_id: UUID, name: str, *, by: Actor) -> Passkey:
    with db.transaction():
        passkey = _own(passkey_id, by)
        before, passkey.name = passkey.name, _title(name)
        if before != passkey.name:
            audit.record(by, "passkey.renamed", by.kind.value, by.id, name=(before, passkey.name))
    return passkey


def revoke(passkey_id: UUID, *, by: Actor) -> None:
    """It opens nothing from now on."""
    with db.transaction():
        passkey = _own(passkey_id, by)
        passkey.revoked_at = clock.now()
        audit.record(by, "passkey.revoked", by.kind.value, by.id, name=passkey.name)
        events.announce(FactorChanged(by.kind.value, by.id, "passkey.revoked"))


def revoke_all(kind: SessionKind, owner_id: UUID) -> None:
    """Of somebody who begins anew. Joins the caller's transaction."""
    mine = (Passkey.kind == kind, Passkey.owner_id == owner_id, Passkey.revoked_at.is_(None))
    db.session.execute(update(Passkey).where(*mine).values(revoked_at=clock.now()))


def _asked(purpose: str, kind: SessionKind, *, bound_to: str, owner_id: UUID | None) -> bytes:
    challenge = new_token().encode()
    with db.transaction():
        db.session.add(
            PasskeyChallenge(
                challenge=challenge,
                purpose=purpose,
                kind=kind,
                owner_id=owner_id,
                bound_to=bound_to,
                expires_at=clock.now() + VALID_FOR,
            )
        )
    return challenge


def _answered(
    purpose: str, kind: SessionKind, credential: Mapping[str, Any], *, bound_to: str
) -> PasskeyChallenge:
    """The challenge that was answered, used up by that: a second answer finds none."""
    with db.transaction():
        statement = (
            update(PasskeyChallenge)
            .where(
                PasskeyChallenge.challenge == _challenge_in(credential),
                PasskeyChallenge.purpose == purpose,
                PasskeyChallenge.kind == kind,
                PasskeyChallenge.bound_to == bound_to,
                PasskeyChallenge.used_at.is_(None),
                PasskeyChallenge.expires_at > clock.now(),
            )
            .values(used_at=clock.now())
        )
        found: PasskeyChallenge | None = db.session.scalar(statement.returning(PasskeyChallenge))
    if found is None:
        raise BadPasskey
    return found


def _challenge_in(credential: Mapping[str, Any]) -> bytes:
    try:
        said = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        return base64url_to_bytes(said["challenge"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadPasskey from error


def _known(kind: SessionKind, credential: Mapping[str, Any]) -> Passkey | None:
    try:
        credential_id = base64url_to_bytes(credential["rawId"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadPasskey from error
    query = select(Passkey).where(
        Passkey.credential_id == credential_id, Passkey.kind == kind, Passkey.revoked_at.is_(None)
    )
    return db.session.scalar(query)


def _count(passkey: Passkey, count: int) -> None:
    """Of two answers with the same count, at the same instant, the second is refused."""
    counted = (
        update(Passkey)
        .where(
            Passkey.id == passkey.id,
            Passkey.revoked_at.is_(None),
            or_(Passkey.sign_count < count, (Passkey.sign_count == 0) & (count == 0)),
        )
        .values(sign_count=count, used_at=clock.now())
        .returning(Passkey.id)
    )
    with db.transaction():
        grown = db.session.scalar(counted)
    if grown is None:
        raise BadPasskey


def _own(passkey_id: UUID, by: Actor) -> Passkey:
    passkey = db.session.get(Passkey, passkey_id, with_for_update=True)
    if passkey is None or passkey.revoked_at is not None:
        raise NotFound
    if (passkey.kind.value, passkey.owner_id) != (by.kind.value, by.id):
        raise NotFound
    return passkey


def _title(name: str) -> str:
    title = " ".join(name.split())
    if not 0 < len(title) <= LONGEST_NAME or not title.isprintable():
        raise Invalid(field="name")
    return title


def _transports(credential: Mapping[str, Any]) -> list[str]:
    said = credential.get("response", {}).get("transports")
    known = [each.value for each in AuthenticatorTransport]
    return [each for each in known if each in said] if isinstance(said, list) else []


def _described(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(each) for each in passkey.transports]
    return PublicKeyCredentialDescriptor(id=passkey.credential_id, transports=transports or None)


def _plain(options: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(options)
    return made


def _milliseconds() -> int:
    return int(VALID_FOR.total_seconds() * 1000)
