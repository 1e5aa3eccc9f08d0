"""Who plays in the story of a shift."""

from dataclasses import dataclass

from tests.journeys.colleague import Colleague
from tests.journeys.customer import Customer
from tests.journeys.records import Records

LUCIA = "lucia@example.com"


@dataclass(slots=True)
class Shift:
    """Lucía writes; Ana has her; Diego works off what waits; Sofía leads both."""

    records: Records
    lucia: Customer
    ana: Colleague
    diego: Colleague
    sofia: Colleague

    @property
    def conversation(self):
        return self.records.conversation_of(LUCIA)

    @property
    def ticket(self):
        return self.records.ticket_of(self.conversation.id)
