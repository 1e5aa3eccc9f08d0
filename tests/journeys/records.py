"""Reads the stack's database beside the application, to compare it with the screens."""

import time

import psycopg
from psycopg.rows import namedtuple_row

SECONDS = 10  # as long as a browser is waited for


class Records:
    def __init__(self, url: str) -> None:
        plain = url.replace("+psycopg", "")
        self._connection = psycopg.connect(plain, autocommit=True, row_factory=namedtuple_row)

    def close(self) -> None:
        self._connection.close()

    def all(self, query: str, *values: object) -> list:
        return self._connection.execute(query, values).fetchall()

    def one(self, query: str, *values: object):
        [row] = self.all(query, *values)
        return row

    def soon(self, query: str, *values: object, **wanted: object) -> None:
        """Wait until the one row is so: what goes on behind the screen may not be over yet."""
        until = time.monotonic() + SECONDS
        while (row := self.one(query, *values)._asdict()) | wanted != row:
            assert time.monotonic() < until, (wanted, row)
            time.sleep(0.1)

    def customer(self, email: str):
        return self.one("SELECT * FROM customer WHERE email = %s", email)

    def invoice_of(self, email: str):
        """Her newest bill."""
        return self.all(
            "SELECT invoice.*, total - paid - credited AS due FROM invoice"
            " JOIN account ON account.id = account_id JOIN customer ON customer.id = customer_id"
            " WHERE email = %s ORDER BY issued_at DESC",
            email,
        )[0]

    def data_left(self, email: str) -> int:
        """Bytes left to her line now."""
        return self.one(
            "SELECT sum(granted - used)::bigint AS bytes FROM bucket"
            " JOIN line ON line.id = line_id JOIN customer ON customer.id = customer_id"
            " WHERE email = %s AND bucket.kind = 'data' AND now() BETWEEN starts_at AND expires_at",
            email,
        ).bytes

    def talks_with_bot(self) -> int:
        """His among them; others, which earlier stories left, end by themselves meanwhile."""
        return self.one(
            "SELECT count(*) AS talks FROM conversation"
            " WHERE status = 'bot' AND last_message_at > now() - interval '1 day'"
        ).talks

    def conversation_of(self, email: str):
        """The one she writes in."""
        return self.all(
            "SELECT conversation.* FROM conversation"
            " JOIN customer ON customer.id = customer_id WHERE email = %s"
            " ORDER BY last_message_at DESC",
            email,
        )[0]

    def tickets_of(self, email: str) -> list:
        """All of hers, the newest last."""
        return self.all(
            "SELECT ticket.* FROM ticket JOIN customer ON customer.id = ticket.customer_id"
            " WHERE email = %s ORDER BY ticket.created_at",
            email,
        )

    def ticket_of(self, conversation_id):
        return self.all(
            "SELECT * FROM ticket WHERE conversation_id = %s ORDER BY created_at DESC",
            conversation_id,
        )[0]

    def answers_to(self, words: str) -> int:
        """How many messages the bot's answer to the last such question has."""
        return self.one(
            "SELECT count(*) AS answers FROM message WHERE author = 'bot' AND (conversation_id,"
            " split_part(client_key, ':', 2)) = (SELECT conversation_id, seq::text FROM message"
            " WHERE author = 'customer' AND body = %s ORDER BY at DESC LIMIT 1)",
            words,
        ).answers

    def messages(self, conversation_id) -> list:
        return self.all(
            "SELECT * FROM message WHERE conversation_id = %s ORDER BY seq", conversation_id
        )
