"""Everything about a person in one file, made by a worker from what the domains say of tables.

A ZIP of one JSON line a row and a file a table, with what she sent beside it. It lies sealed, and
is deleted when it was fetched or its days are over.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from app.audit import service as audit
from app.conversations import storage
from app.conversations.models import Attachment, Conversation
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.secrets import keyed_hash, same, sealed, unsealed
from app.core.sweeps import one_by_one
from app.customers.access import customer_for
from app.privacy import register
from app.privacy.errors import AlreadyAsked, NotReady
from app.privacy.models import PersonExport

KEPT = timedelta(days=7)
_MOST_TRIES = 5


def ask(customer_id: UUID, *, by: Actor) -> PersonExport:
    """A worker makes it; who asked finds it where she asked."""
    permission = "portal.enter" if by.is_customer else "privacy.manage"
    with db.transaction():
        customer = customer_for(by, customer_id, permission, lock=True)
        if any(each.ready_at is None and each.tries < _MOST_TRIES for each in of(customer.id)):
            raise AlreadyAsked
        export = PersonExport(
            customer_id=customer.id, asked_by=by.id, asked_by_name=by.name, asked_at=clock.now()
        )
        db.session.add(export)
        audit.record(by, "customer.export_asked", "customer", customer.id)
    return export


def of(customer_id: UUID) -> list[PersonExport]:
    query = select(PersonExport).where(PersonExport.customer_id == customer_id)
    return list(db.session.scalars(query.order_by(PersonExport.asked_at.desc()).limit(10)))


def make_asked() -> int:
    """Every export that waits; one that fails is tried a few times, each in its own transaction."""
    query = select(PersonExport.id).where(
        PersonExport.ready_at.is_(None), PersonExport.tries < _MOST_TRIES
    )
    return one_by_one(_make, list(db.session.scalars(query)))


def signature(export: PersonExport) -> str:
    """What the link to it carries: nobody makes one who has not our key."""
    return keyed_hash(f"person_export:{export.id}:{export.expires_at}")


def check(export_id: UUID, signed: str, *, by: Actor) -> PersonExport:
    """Hers, or asked for by who asks now, with a true link. Raises NotFound, NotReady."""
    export = db.session.get(PersonExport, export_id)
    if export is None or not same(signed, signature(export)):
        raise NotFound
    return _fetchable(export, by)


def fetch(export_id: UUID, *, by: Actor) -> bytes:
    """The file, once: it is gone afterwards. Raises NotReady."""
    with db.transaction():
        query = select(PersonExport).where(PersonExport.id == export_id)
        locked = query.with_for_update(of=PersonExport).execution_options(populate_existing=True)
        export = db.session.scalar(locked)
        if export is None:
            raise NotFound
        content = unsealed(_stored(_fetchable(export, by)), _place(export))
        export.fetched_at = clock.now()
        audit.record(by, "customer.export_fetched", "customer", export.customer_id)
    storage.remove(_name(export))
    return content


def _fetchable(export: PersonExport, by: Actor) -> PersonExport:
    customer_for(by, export.customer_id, "portal.enter" if by.is_customer else "privacy.manage")
    if not by.is_customer and export.asked_by != by.id:
        raise NotFound
    if not is_ready(export):
        raise NotReady
    return export


def is_ready(export: PersonExport) -> bool:
    is_kept = export.expires_at is not None and export.expires_at > clock.now()
    return is_kept and export.fetched_at is None


def drop_old() -> int:
    """Files nobody fetched in time."""
    query = select(PersonExport).where(
        PersonExport.expires_at < clock.now(), PersonExport.fetched_at.is_(None)
    )
    with db.transaction():
        old = list(db.session.scalars(query.with_for_update(of=PersonExport, skip_locked=True)))
        for each in old:
            storage.remove(_name(each))
            each.fetched_at = each.expires_at
    return len(old)


def _make(export_id: UUID) -> bool:
    with db.transaction():
        query = select(PersonExport).where(
            PersonExport.id == export_id, PersonExport.ready_at.is_(None)
        )
        export = db.session.scalar(query.with_for_update(of=PersonExport, skip_locked=True))
        if export is None:
            return False
        export.tries += 1
    with db.transaction():
        export = db.session.get_one(PersonExport, export_id, with_for_update={"of": PersonExport})
        content, rows = _zipped(export.customer_id)
        storage.write_as(_name(export), sealed(content, _place(export)))
        export.rows, export.size = rows, len(content)
        export.ready_at = clock.now()
        export.expires_at = export.ready_at + KEPT
    return True


def _zipped(customer_id: UUID) -> tuple[bytes, dict[str, int]]:
    db.session.execute(text("SET LOCAL statement_timeout = 0"))
    whole, counts = io.BytesIO(), {}
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(register.personal()):
            lines = [json.dumps(row, ensure_ascii=False) for row in rows_of(name, customer_id)]
            if lines:
                archive.writestr(f"{name}.jsonl", "\n".join(lines) + "\n")
                counts[name] = len(lines)
        for name, content in _files(customer_id):
            archive.writestr(f"files/{name}", content)
    return whole.getvalue(), counts


def rows_of(table: str, customer_id: UUID) -> Iterator[dict[str, Any]]:
    """As PostgreSQL says them in JSON. Names are those of our own tables."""
    columns = ", ".join(register.shown(register.personal()[table]))
    query = (
        f"SELECT to_jsonb(row) FROM (SELECT {columns} FROM {table}"
        f" WHERE {register.hers(table)}) row"
    )
    streamed = db.session.execute(
        text(query), {"customer": customer_id}, execution_options={"yield_per": 1000}
    )
    yield from streamed.scalars()


def _files(customer_id: UUID) -> Iterator[tuple[str, bytes]]:
    query = select(Attachment).join(Conversation, Conversation.id == Attachment.conversation_id)
    for each in db.session.scalars(query.where(Conversation.customer_id == customer_id)):
        try:
            yield f"{each.id}-{_safe(each.name)}", storage.read(each.stored_as)
        except FileNotFoundError:
            continue


def _safe(name: str) -> str:
    """No path, whatever it was called where it came from."""
    return "".join(sign if sign.isalnum() or sign in ".-_ " else "_" for sign in name)[-80:]


def _stored(export: PersonExport) -> bytes:
    """It may have been fetched by somebody whose transaction was taken back."""
    try:
        return storage.read(_name(export))
    except FileNotFoundError:
        raise NotReady from None


def _name(export: PersonExport) -> str:
    return f"export-{export.id.hex}"


def _place(export: PersonExport) -> str:
    return f"person_export:{export.id}"
