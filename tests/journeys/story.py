"""Who plays in the main story, and what they have come to so far."""

from dataclasses import dataclass

from app.demo.stack import Stack
from tests.journeys.colleague import Colleague
from tests.journeys.customer import Customer
from tests.journeys.records import Records
from tests.journeys.windows import Windows

JOAO = "joao@example.com"


@dataclass(slots=True)
class Story:
    """João writes; Bruno and Diego may answer; Sofía watches the live board all the time."""

    stack: Stack
    windows: Windows
    records: Records
    joao: Customer
    bruno: Colleague
    diego: Colleague
    sofia: Colleague
    agent: Colleague | None = None  # who won him

    @property
    def conversation(self):
        return self.records.conversation_of(JOAO)

    @property
    def ticket(self):
        return self.records.ticket_of(self.conversation.id)
