"""What goes out: replies, notices, other systems."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from sqlalchemy import select

from app.automation.models import Call, Outcome, StaffNotice
from app.automation.service import calling, notices
from app.conversations.errors import BadShortcut, UnknownVariable
from app.conversations.models import Author, CannedReply, Message
from app.conversations.service import canned
from app.core import db, outgoing
from app.tickets import service as tickets
from app.tickets.models import Priority
from tests.automation.test_running import opened
from tests.factories.actors import administrator
from tests.factories.automation import rule, runs, work_off
from tests.factories.conversations import ConversationFactory
from tests.factories.identity import StaffFactory
from tests.factories.tickets import TicketFactory


def reply(shortcut="hello", **languages):
    for language, body in languages.items():
        canned.write(shortcut, language, title="Hello", body=body, by=administrator())


def test_a_reply_is_sent_in_the_customers_language_and_names_no_rule():
    reply(en="Hello {customer.first_name}.", pt="Olá {customer.first_name}, {ticket.reference}.")
    rule("ticket.changed", [{"kind": "send_reply", "value": "hello"}], name="Secret name")
    brazilian = ConversationFactory(waiting=True, language="pt")
    french = ConversationFactory(waiting=True, language="es")
    both = [TicketFactory(talk=brazilian), TicketFactory(talk=french)]

    for ticket in both:
        tickets.change_priority(ticket.id, Priority.HIGH, by=administrator())
    work_off()

    said = {each.conversation_id: each for each in db.session.scalars(select(Message))}
    assert said[brazilian.id].body == f"Olá Valeria, {both[0].reference}."
    assert said[french.id].body == "Hello Valeria."
    assert {each.author for each in said.values()} == {Author.SYSTEM}
    assert "Secret name" not in {each.author_name for each in said.values()}


def test_what_a_customer_is_called_is_never_read_as_a_variable():
    reply(es="Hola {customer.name}, {agent.name}.")
    rule("ticket.changed", [{"kind": "send_reply", "value": "hello"}])
    talk = ConversationFactory(waiting=True, language="es")
    talk.customer.name = "{ticket.reference} {0.__class__} %(x)s {{x}}"
    db.session.commit()
    ticket = TicketFactory(talk=talk)

    tickets.change_priority(ticket.id, Priority.HIGH, by=administrator())
    work_off()

    body = db.session.scalars(select(Message.body)).one()
    assert body == "Hola {ticket.reference} {0.__class__} %(x)s {{x}},."


@pytest.mark.parametrize("body", ["{nobody}", "Hi {customer.password_hash}", "{0.__class__}", "{}"])
def test_an_unknown_variable_is_refused_when_it_is_written(body):
    with pytest.raises(UnknownVariable):
        reply(es=body)

    assert db.session.scalars(select(CannedReply)).all() == []


@pytest.mark.parametrize("shortcut", ["", "two words", "a/b", "x" * 41])
def test_a_shortcut_is_one_word(shortcut):
    with pytest.raises(BadShortcut):
        reply(shortcut, es="Hola")


def test_staff_are_told_once_and_only_of_their_markets():
    boss, other = StaffFactory(supervisor=True), StaffFactory(supervisor=True, markets=["BR"])
    rule(actions=[{"kind": "notify", "value": "role:supervisor", "text": "Look at this"}])

    ticket = opened()
    work_off()

    (notice,) = notices.unread(boss.as_actor())
    assert (notice.text, notice.ticket_id) == ("Look at this", ticket.id)
    assert notices.unread(other.as_actor()) == []
    notices.read([notice.id], by=other.as_actor())
    assert len(notices.unread(boss.as_actor())) == 1
    notices.read([notice.id], by=boss.as_actor())
    assert notices.unread(boss.as_actor()) == []


def test_nobody_to_tell_is_refused_and_kept():
    rule(actions=[{"kind": "notify", "value": "owner", "text": "Look"}])

    opened()
    work_off()

    assert [each.outcome for each in runs()] == [Outcome.REFUSED]
    assert db.session.scalars(select(StaffNotice)).all() == []


@pytest.fixture
def other_system():
    """A server next door; `heard` is what it was told, `answers` what it says, 200 at the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            self.server.heard.append((dict(self.headers), json.loads(self.rfile.read(length))))
            self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.heard, server.answers = [], []
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def call_of(other_system):
    def make(host="127.0.0.1"):
        url = f"http://{host}:{other_system.server_port}/hook"
        rule(actions=[{"kind": "webhook", "value": url}])
        ticket = opened(subject="My secret words")
        work_off()
        return db.session.scalars(select(Call)).one().id, ticket

    return make


def test_another_system_is_told_until_it_says_that_it_is_well(call_of, other_system, monkeypatch):
    monkeypatch.setattr(outgoing, "is_outside", lambda _address: True)
    call_id, ticket = call_of()
    other_system.answers[:] = [500]

    with pytest.raises(calling.NotTaken):
        calling.call(call_id)
    calling.call(call_id)
    calling.call(call_id)

    ids = [headers["webhook-id"] for headers, _body in other_system.heard]
    assert ids == [str(call_id)] * 2
    body = other_system.heard[0][1]
    assert (body["reference"], body["topic"]) == (ticket.reference, "billing")
    assert "secret" not in json.dumps(body)
    call = db.session.get(Call, call_id)
    assert (call.attempts, call.last_error) == (2, "")
    assert call.sent_at is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0.0.0.0"])
def test_nothing_is_sent_into_our_own_network(call_of, other_system, host):
    call_id, _ticket = call_of(host)

    for _ in range(calling.MOST_ATTEMPTS - 1):
        with pytest.raises(calling.NotTaken):
            calling.call(call_id)
    calling.call(call_id)

    assert other_system.heard == []
    assert db.session.get(Call, call_id).gave_up_at is not None
