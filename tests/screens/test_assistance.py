"""What helps an agent, looked at by her whose ticket and talk it is: she alone has its buttons."""

from datetime import timedelta

import pytest

from app.assist.service import train
from app.conversations.models import Author, Verification
from app.core import clock, db
from app.core.actor import SYSTEM
from app.subscriptions.models import Activation, ActivationStatus
from tests.assist.conftest import branches, solved
from tests.factories.billing import InvoiceFactory
from tests.factories.conversations import MessageFactory

__all__ = ["branches", "solved"]  # fixtures

SUBJECT = "Cargo que no reconoce"
TOLD = "La factura trae un paquete que nunca contrató. No tiene prisa."

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture
def database(app):
    """What is solved commits too."""
    return db.session


@pytest.fixture
def helped(valeria, shown, solved):
    """Her ticket is like solved ones, and most of what can be done next is to be done."""
    solved("es")
    train(by=SYSTEM)
    begins = clock.now() - timedelta(days=70)
    InvoiceFactory(
        account=valeria.invoice.account,
        issued_at=begins,
        due_on=begins.date(),
        period_start=begins.date(),
    )
    MessageFactory(conversation=valeria.talk, seq=2, author=Author.AGENT, author_name="Ana Ruiz")
    with db.transaction():
        valeria.talk.last_seq = 2
        valeria.ticket.subject = SUBJECT
        valeria.ticket.summary = TOLD
        valeria.talk.learnt = {"intent": "cancel_service", "topic": "billing"}
        valeria.talk.verification = Verification.NONE
        order = db.session.get_one(Activation, shown["activation_id"])
        order.status = ActivationStatus.ESCALATED


def test_nothing_is_wrong_with_what_is_suggested(helped, valeria, eyes_of):
    eyes = eyes_of("owner")

    eyes.look_at(f"/desk/tickets/{valeria.ticket.id}", "ticket_assist")
    assert eyes.see("Use this resolution")
    eyes.look_at(f"/desk/conversations/{valeria.talk.id}", "talk_assist")
    assert eyes.see("Send a payment link")
    eyes.look_at("/board/suggestions", "suggestions")
    new = f"/desk/tickets/new?customer={valeria.customer.id}"
    eyes.look_at_filled(new, "new_ticket", {"subject": SUBJECT, "description": TOLD})
    assert eyes.see("Take it")

    assert eyes.wrong == [], "\n".join(eyes.wrong)
