import pytest
from sqlalchemy import func, select

from app import celery
from app.conversations.models import Inbox, Message
from app.conversations.service.messages import say
from app.core import db
from app.core.actor import BOT
from app.core.outbox import OutboxEntry
from app.messaging import switch, threads
from app.messaging.models import Contact, ProviderCall
from app.messaging.service import inboxes, intake, sending, understanding
from tests.factories.actors import administrator
from tests.fakes import SECRET, body_of, said
from tests.messaging.conftest import inbox_of


@pytest.fixture(autouse=True)
def nudged(monkeypatch):
    told = []
    monkeypatch.setattr(celery, "nudge", told.append)
    return told


@pytest.fixture
def inbox(app, channel):
    return inbox_of()


def call(client, inbox, *events, signature=SECRET, **more):
    return client.post(
        f"/hooks/channels/{inbox.key}",
        data=body_of(*events),
        headers={"X-Signature": signature},
        **more,
    )


def kept():
    return db.session.scalar(select(func.count()).select_from(ProviderCall))


def test_a_call_is_kept_answered_in_the_providers_words_and_read_later(client, inbox, nudged):
    answer = call(client, inbox, said("Hola"))

    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"<ok/>", "text/xml")
    assert nudged == ["messaging.read_calls"]
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0
    understanding.read_waiting()
    assert db.session.scalars(select(Message.body)).all() == ["Hola"]


def test_what_came_is_sealed_and_as_it_came(client, inbox):
    call(client, inbox, said("4111 1111 1111 1111"), query_string="a=1&b=%2F")

    stored = db.session.scalars(select(ProviderCall)).one()
    assert b"4111" not in stored.content_sealed
    assert stored.call.url == f"http://localhost/hooks/channels/{inbox.key}?a=1&b=%2F"
    assert stored.call.headers["x-signature"] == SECRET


def test_the_host_that_a_caller_names_does_not_count(client, inbox):
    call(client, inbox, said("Hola"), base_url="http://evil.example")

    assert db.session.scalars(select(ProviderCall)).one().call.url.startswith("http://localhost/")


@pytest.mark.parametrize("signature", ["", "wrong"])
def test_whoever_is_not_the_provider_is_refused_without_work(client, inbox, signature):
    answer = call(client, inbox, said("Hola"), signature=signature)

    assert (answer.status_code, kept()) == (403, 0)


def test_a_handshake_is_answered_and_not_kept(client, inbox):
    answer = client.get(f"/hooks/channels/{inbox.key}", headers={"X-Signature": SECRET})

    assert (answer.data, kept()) == (b"challenge", 0)


@pytest.mark.parametrize("key", ["nobody", "x" * 300, "%00", "a/b"])
def test_an_unknown_inbox_is_not_there(client, inbox, key):
    answer = client.post(f"/hooks/channels/{key}", data=b"{}")

    assert answer.status_code in {404, 400}


def test_an_inbox_switched_off_is_not_there_at_once(client, inbox):
    call(client, inbox, said("Hola"))

    inboxes.turn(inbox.id, on=False, by=administrator())

    assert call(client, inbox, said("Hola")).status_code == 404
    assert kept() == 1


def test_a_new_secret_counts_at_once(client, inbox):
    call(client, inbox, said("Hola"))

    fresh = db.session.get(Inbox, inbox.id)
    fresh.settings = {"account": "AC1", "secret": "a new one"}
    fresh.version += 1
    db.session.commit()

    assert call(client, inbox, said("Hola"), signature="a new one").status_code == 200
    assert call(client, inbox, said("Hola")).status_code == 403


def test_a_web_chat_has_no_such_door(client, inbox):
    db.session.get(Inbox, inbox.id).channel = "webchat"
    db.session.commit()
    intake._doors.clear()

    assert call(client, inbox, said("Hola")).status_code == 404


def test_a_call_that_is_too_large_is_refused(client, inbox):
    answer = client.post(
        f"/hooks/channels/{inbox.key}",
        data=b"x" * (intake.LARGEST + 1),
        headers={"X-Signature": SECRET},
    )

    assert (answer.status_code, kept()) == (413, 0)


def test_one_click_leaves(client, inbox):
    token = threads.leave_token(inbox.id, "valeria@example.com")

    assert client.post(f"/hooks/leave/{token}").status_code == 204
    assert client.post("/hooks/leave/nonsense").status_code == 404

    contact = db.session.scalars(select(Contact)).one()
    assert (contact.address, contact.stopped) == ("valeria@example.com", True)


def test_the_same_address_in_a_browser_leads_to_a_page_that_asks(client, inbox):
    token = threads.leave_token(inbox.id, "valeria@example.com")

    answer = client.get(f"/hooks/leave/{token}")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/leave/{token}")
    assert db.session.scalars(select(Contact)).all() == []


def test_a_command_is_answered_without_the_bot(client, inbox, channel):
    obeyed = switch.Commands(lambda _talk, text: f"Done: {text}", lambda text: "BLOCK ••••")
    switch.obey("sms", obeyed)
    call(client, inbox, said("BLOCK 2580"))
    understanding.read_waiting()

    for lane in sending.lanes_due():
        sending.send_lane(lane)

    assert [each.text for each in channel.sent] == ["Done: BLOCK 2580"]
    assert db.session.scalars(select(Message.body).order_by(Message.seq)).first() == "BLOCK ••••"


def test_what_is_said_in_a_socket_or_a_route_leaves_by_an_errand(client, inbox, session):
    call(client, inbox, said("Hola"))
    understanding.read_waiting()
    message = db.session.scalars(select(Message)).one()

    say(message.conversation_id, "¡Hola!", by=BOT, client_key="b")

    entries = db.session.scalars(select(OutboxEntry.listener)).all()
    assert "app.messaging.listeners.send_queued" in entries
