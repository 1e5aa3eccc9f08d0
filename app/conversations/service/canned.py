"""Prepared answers: written in several languages under one shortcut, filled in when used."""

import re
from uuid import UUID

from sqlalchemy import delete, select

from app.audit import service as audit
from app.conversations.cleaning import cleaned
from app.conversations.errors import BadShortcut, NoSuchReply
from app.conversations.filling import checked
from app.conversations.models import CannedReply
from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.i18n import LANGUAGES
from app.core.turns import take_turn
from app.identity import teams

_SHORTCUT = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LONGEST_SHORTCUT = 40
_LONGEST_TITLE = 80
_LONGEST_FOLDER = 40


def write(
    shortcut: str,
    language: str,
    *,
    title: str,
    body: str,
    by: Actor,
    folder: str | None = None,
    team_id: UUID | None = None,
) -> CannedReply:
    """Make the reply of this shortcut and language say this. With a `folder` (or "") all its
    languages move there, and to the team or to everybody.

    Raises BadShortcut, UnknownVariable, Invalid, NotFound for no team.
    """
    by.must("kb.write")
    name = _shortcut(shortcut)
    if language not in LANGUAGES:
        raise Invalid(field="language")
    words, text = cleaned(title)[:_LONGEST_TITLE], checked(cleaned(body))
    with db.transaction():
        take_turn(f"canned reply:{name}")
        replies = _of(name)
        reply = replies.get(language)
        if reply is None:
            reply = CannedReply(shortcut=name, language=language, folder="", team_id=None)
            _stand_beside(reply, replies)
            db.session.add(reply)
            replies[language] = reply
        before = (reply.title, reply.body, reply.folder, reply.team_id)
        reply.title, reply.body = words, text
        if folder is not None:
            _move(replies, folder, team_id)
        db.session.flush()  # the audit entry needs the id
        if before != (reply.title, reply.body, reply.folder, reply.team_id):
            audit.record(by, "canned_reply.written", "canned_reply", reply.id, shortcut=name)
    return reply


def remove(shortcut: str, language: str | None = None, *, by: Actor) -> None:
    """In one language, or in all (None). Raises NoSuchReply."""
    by.must("kb.write")
    with db.transaction():
        gone = delete(CannedReply).where(CannedReply.shortcut == shortcut)
        if language is not None:
            gone = gone.where(CannedReply.language == language)
        ids = list(db.session.scalars(gone.returning(CannedReply.id)))
        if not ids:
            raise NoSuchReply
        for each in ids:
            audit.record(by, "canned_reply.removed", "canned_reply", each, shortcut=shortcut)


def _shortcut(text: str) -> str:
    name = text.strip().removeprefix("/").lower()
    if len(name) > _LONGEST_SHORTCUT or not _SHORTCUT.fullmatch(name):
        raise BadShortcut
    return name


def _of(shortcut: str) -> dict[str, CannedReply]:
    query = select(CannedReply).where(CannedReply.shortcut == shortcut).with_for_update()
    return {each.language: each for each in db.session.scalars(query)}


def _stand_beside(reply: CannedReply, others: dict[str, CannedReply]) -> None:
    for other in list(others.values())[:1]:
        reply.folder, reply.team_id = other.folder, other.team_id


def _move(replies: dict[str, CannedReply], folder: str, team_id: UUID | None) -> None:
    teams.name_of(team_id)
    for each in replies.values():
        each.folder, each.team_id = folder.strip()[:_LONGEST_FOLDER], team_id
