"""What left by a channel says no more of a secret than its message does now."""

import pytest
from sqlalchemy import select

from app.conversations.models import Conversation
from app.conversations.service import covering
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import BOT
from app.messaging.models import Delivery
from tests.messaging.conftest import inbox_of

pytestmark = pytest.mark.usefixtures("listening")


@pytest.mark.parametrize(("kind", "abilities"), [("sms", {}), ("email", {"subjects": True})])
def test_copies_of_covered_words_are_covered(plugged, comes, leaves, kind, abilities):
    plugged(kind, **abilities)
    sender = "v@example.com" if kind == "email" else "+525512345678"
    comes(inbox_of(kind), {"is": "inbound", "id": "m1", "sender": sender, "text": "mi puk"})
    talk = db.session.scalars(select(Conversation)).one()
    say(talk.id, "Claro.", by=BOT, client_key="b1")
    told = say(talk.id, "Es 58120734.", by=BOT, client_key="b2")
    covering.cover_later(told, [(3, 11)])
    leaves()
    before = [each.text for each in db.session.scalars(select(Delivery))]

    with clock.moved_to(clock.now() + covering.READABLE_FOR):
        covering.cover_due()

    after = [each.text for each in db.session.scalars(select(Delivery))]
    assert "58120734" in "".join(before)
    assert "58120734" not in "".join(after)
    assert "Claro." in "".join(after)
