"""What the database says of a customer, in words that a script can name; and of her talk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core import db

Facts = dict[str, Any]

# One column of texts each; `:customer` is whose, `:since` when her talk began.
_HERS = {
    "plans": """
        SELECT code FROM subscription JOIN line ON line.id = line_id
        JOIN offer_version ON offer_version.id = offer_version_id JOIN offer ON offer.id = offer_id
        WHERE customer_id = :customer AND subscription.kind = 'plan' AND ends_at IS NULL
        ORDER BY line.created_at, line.id""",
    "planned": """
        SELECT code FROM scheduled_change JOIN line ON line.id = line_id
        JOIN offer_version ON offer_version.id = offer_version_id JOIN offer ON offer.id = offer_id
        WHERE customer_id = :customer AND scheduled_change.status = 'pending'""",
    "add_ons": """
        SELECT code FROM subscription JOIN line ON line.id = line_id
        JOIN offer_version ON offer_version.id = offer_version_id JOIN offer ON offer.id = offer_id
        WHERE customer_id = :customer AND subscription.kind = 'add_on' ORDER BY code""",
    "line_states": "SELECT status FROM line WHERE customer_id = :customer ORDER BY created_at, id",
    "blocks": """
        SELECT reason FROM block JOIN line ON line.id = line_id
        WHERE customer_id = :customer AND lifted_at IS NULL ORDER BY reason""",
    "sims": """
        SELECT sim.status FROM sim JOIN line ON line.id = line_id WHERE customer_id = :customer
        ORDER BY issued_at""",
    "leaving": """
        SELECT disconnection.status FROM disconnection JOIN line ON line.id = line_id
        WHERE customer_id = :customer""",
    "port_outs": """
        SELECT port_out.status FROM port_out JOIN line ON line.id = line_id
        WHERE customer_id = :customer""",
    "port_ins": """
        SELECT port_in.status FROM port_in JOIN account ON account.id = account_id
        WHERE customer_id = :customer""",
    "activations": """
        SELECT status FROM activation WHERE customer_id = :customer""",
    "owed": """
        SELECT round(coalesce(sum(total + debited - paid - credited - written_off), 0), 2)::text
        FROM invoice JOIN account ON account.id = account_id WHERE customer_id = :customer""",
    "credit": """
        SELECT round(amount, 2)::text FROM balance JOIN line ON line.id = line_id
        WHERE customer_id = :customer ORDER BY line.id""",
    "payments": """
        SELECT payment.status || ' ' || round(amount, 2) FROM payment
        JOIN account ON account.id = account_id
        WHERE customer_id = :customer AND payment.created_at >= :since ORDER BY payment.id""",
    "refunds": """
        SELECT refund.status FROM refund JOIN payment ON payment.id = payment_id
        JOIN account ON account.id = account_id WHERE customer_id = :customer""",
    "autopay": """
        SELECT 'active' FROM autopay_mandate JOIN account ON account.id = account_id
        WHERE customer_id = :customer AND revoked_at IS NULL""",
    "disputes": """
        SELECT state FROM dispute JOIN invoice ON invoice.id = invoice_id
        JOIN account ON account.id = account_id WHERE customer_id = :customer""",
    "tickets": """
        SELECT coalesce(context ->> 'intent', topic) FROM ticket
        WHERE created_at >= :since AND (customer_id = :customer OR conversation_id = :talk)
        ORDER BY id""",
    "accepted": """
        SELECT kind FROM proposal WHERE customer_id = :customer AND accepted_at IS NOT NULL
        ORDER BY accepted_at""",
    "mails": """
        SELECT kind FROM notice WHERE customer_id = :customer AND channel = 'email'
        AND created_at >= :since AND kind = 'invoice_again' ORDER BY id""",
    "calls_back": """
        SELECT 'wanted' FROM selfservice_dialogue
        WHERE session_id LIKE 'written:' || CAST(:talk AS text) || ':%' AND call_back""",
    "email": "SELECT email FROM customer WHERE id = :customer",
    "city": "SELECT city FROM customer WHERE id = :customer",
    "phone": "SELECT phone FROM customer WHERE id = :customer",
    "name": "SELECT name FROM customer WHERE id = :customer",
}
_ONE_VALUE = {"owed", "email", "city", "phone", "name"}


def facts_of(customer_id: str | None, talk_id: UUID | None, since: datetime) -> Facts:
    """Everything that a bot could do to her."""
    given = {"customer": customer_id, "talk": talk_id, "since": since}
    with db.transaction():
        found = {
            name: [str(each) for each in db.session.scalars(text(query), given)]
            for name, query in _HERS.items()
        }
    return {
        name: (values[0] if values else None) if name in _ONE_VALUE else values
        for name, values in found.items()
    }


def changed(before: Facts, after: Facts) -> Facts:
    """What is different now, as it is now."""
    return {name: value for name, value in after.items() if value != before[name]}


@dataclass(frozen=True, slots=True)
class Said:
    seq: int
    author: str
    words: str
    buttons: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        shown = "".join(f" [{title}]" for title, _ in self.buttons)
        return f"{self.author}: {self.words}{shown}"


@dataclass(frozen=True, slots=True)
class Standing:
    """Of the talk: who has it, how far the bot is, what a person was told."""

    status: str
    bot_seq: int
    language: str
    learnt: Facts


def standing_of(talk_id: UUID) -> Standing:
    query = "SELECT status, bot_seq, language, learnt FROM conversation WHERE id = :id"
    with db.transaction():
        return Standing(*db.session.execute(text(query), {"id": talk_id}).one())


def said_in(talk_id: UUID, after: int = 0) -> Iterator[Said]:
    query = """
        SELECT seq, author, body, extra FROM message
        WHERE conversation_id = :id AND seq > :after AND kind = 'text' ORDER BY seq"""
    with db.transaction():
        rows = db.session.execute(text(query), {"id": talk_id, "after": after}).all()
    for row in rows:
        offered = row.extra.get("buttons", [])
        buttons = tuple((each["title"], each["payload"]) for each in offered)
        card = row.extra.get("card", {})
        yield Said(
            row.seq, row.author, " ".join(filter(None, (row.body, card.get("url")))), buttons
        )
