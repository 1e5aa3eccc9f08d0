"""person_export: seconds to export everything about a customer with 10,000 messages.

The worker's own function, from the row that asks to the sealed file. Reference: the same messages
as JSON by one bare SELECT, packed by the same ZIP.
"""

import io
import time
import zipfile
from collections.abc import Iterator

from sqlalchemy import select, text

from app.conversations.models import Conversation
from app.core import db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.customers.models import Customer
from app.privacy.models import PersonExport
from app.privacy.service import exporting
from benchmarks.figure import Figure
from benchmarks.stage import Stage

DAYS = 1
MESSAGES = 10_000

_FILL = text("""
    INSERT INTO message (id, conversation_id, seq, at, author, author_name, kind, body, extra,
        client_key)
    SELECT gen_random_uuid(), talk.id, 1000000 + n, now(), 'customer', 'Valeria', 'text',
        'Hola, ¿por qué me cobraron otra vez el roaming de marzo? Van ' || n, '{}', 'bench-' || n
    FROM (SELECT id FROM conversation WHERE customer_id = :customer LIMIT 1) talk
    CROSS JOIN generate_series(1, :messages) n
""")


def measure(_stage: Stage) -> Iterator[Figure]:
    customer = db.session.scalars(
        select(Customer).join(Conversation, Conversation.customer_id == Customer.id).limit(1)
    ).one()
    with db.transaction():
        db.session.execute(_FILL, {"customer": customer.id, "messages": MESSAGES})
    with db.transaction():
        db.session.add(
            PersonExport(
                id=new_id(),
                customer_id=customer.id,
                asked_by=SYSTEM.id,
                asked_by_name=SYSTEM.name,
                asked_at=customer.created_at,
            )
        )
    started = time.perf_counter()
    exporting.make_asked()
    ours = time.perf_counter() - started
    made = db.session.scalars(select(PersonExport)).one()
    yield Figure(
        "person_export",
        ours,
        "s",
        _bare(customer),
        {"rows": sum(made.rows.values()), "tables": len(made.rows), "bytes": made.size},
    )


def _bare(customer: Customer) -> float:
    started = time.perf_counter()
    rows = db.session.scalars(
        text(
            "SELECT to_jsonb(m)::text FROM message m JOIN conversation c"
            " ON c.id = m.conversation_id WHERE c.customer_id = :customer"
        ),
        {"customer": customer.id},
    )
    with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("message.jsonl", "\n".join(rows))
    return time.perf_counter() - started
