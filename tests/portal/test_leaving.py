"""The page behind the link in a mail's header."""

import pytest
from sqlalchemy import select

from app.core import db
from app.messaging import threads
from app.messaging.models import Contact
from tests.factories.conversations import InboxFactory
from tests.portal.conftest import OURS


@pytest.fixture
def address(app):
    inbox = InboxFactory(channel="email", language="es")
    return f"/leave/{threads.leave_token(inbox.id, 'valeria@example.com')}"


def send(client, address):
    return client.post(address, headers={"Origin": OURS})


def stopped():
    query = select(Contact).execution_options(populate_existing=True)
    return [(each.address, each.stopped) for each in db.session.scalars(query)]


def test_looking_changes_nothing_and_speaks_the_language_of_the_inbox(client, address):
    page = client.get(address)

    assert page.status_code == 200
    assert 'lang="es"' in page.text
    assert "v••••@example.com" in page.text
    assert "valeria@" not in page.text
    assert stopped() == []


def test_she_leaves_and_comes_back(client, address):
    assert send(client, address).status_code == 303
    assert stopped() == [("valeria@example.com", True)]
    assert f'action="{address}/undo"' in client.get(address).text

    assert send(client, f"{address}/undo").status_code == 303
    assert stopped() == [("valeria@example.com", False)]
    assert f'action="{address}"' in client.get(address).text


def test_a_link_that_we_did_not_sign_leads_nowhere(client, address):
    assert client.get(address[:-1] + "x").status_code == 404
    assert send(client, address[:-1] + "x").status_code == 404
