"""Valeria by every channel, Bruno at his desk, Alex in the office; and what the database says."""

from dataclasses import dataclass

from app.demo.stack import Stack
from tests.journeys.colleague import Colleague
from tests.journeys.phone import Phone
from tests.journeys.records import Records

EMAIL, NUMBER = "valeria@example.com", "+525512340001"

_CONVERSATIONS = (
    "SELECT * FROM conversation"
    " WHERE channel = %s AND (replace(address, '+', '') = %s"
    " OR customer_id = (SELECT id FROM customer WHERE email = %s))"
    " ORDER BY last_message_at DESC"
)
_DELIVERIES = "SELECT * FROM delivery WHERE message_id = %s"


@dataclass(slots=True)
class Reached:
    stack: Stack
    records: Records
    phone: Phone
    bruno: Colleague
    alex: Colleague

    def talk(self, channel: str):
        """Hers, where she wrote last by this channel."""
        return self.records.all(_CONVERSATIONS, channel, NUMBER.removeprefix("+"), EMAIL)[0]

    def said(self, channel: str):
        """The last message of that conversation."""
        return self.records.messages(self.talk(channel).id)[-1]

    def deliveries(self, words: str) -> list:
        """Of the one message that says so."""
        message = self.records.one("SELECT id FROM message WHERE body = %s", words)
        return self.records.all(_DELIVERIES, message.id)
