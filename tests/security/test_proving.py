"""Account facts need a verified identity: a code to the number on file, bound to the conversation.
Text never decides whose account it is, and nobody learns whether a number is a customer's."""

import pytest
from sqlalchemy import select

from app.conversations.models import Conversation, WidgetSession
from app.conversations.service import beginning, proving
from app.conversations.service.messages import say
from app.core import db
from app.core.actor import BOT
from app.identity import codes, switch
from app.identity.events import CodeIssued
from app.identity.listeners import send_code
from app.identity.models import OneTimeCode
from tests.api_bot.world import plan, plans
from tests.factories.conversations import SITE, InboxFactory, signed_identity
from tests.factories.subscriptions import line_with_plan

UNKNOWN = "+525599990000"


@pytest.fixture
def line(app):
    return line_with_plan(plans().plus)


@pytest.fixture
def widget(app):
    """Opens the chat of a site, as a browser does."""
    inbox = InboxFactory()

    class Widget:
        def __init__(self):
            self.browser = app.test_client()
            self.token = ""

        def open(self, **more):
            answer = self.browser.post(
                "/chat/session",
                json={"inbox": inbox.key, "language": "en", "resume": self.token, **more},
                headers={"Origin": SITE},
            )
            self.token = answer.json["token"]
            return answer.json

        def transcript(self):
            return self.browser.post(
                "/chat/language",
                json={"language": "en"},
                headers={"Origin": SITE, "Authorization": f"Bearer {self.token}"},
            )

    Widget.inbox = inbox
    return Widget


def talk_of(opened):
    return db.session.get_one(Conversation, opened["conversation_id"], populate_existing=True)


def prove(talk, number):
    proving.ask(talk.id, by=BOT, number=number)
    found = db.session.get_one(Conversation, talk.id, populate_existing=True)
    code = db.session.get_one(OneTimeCode, found.code_id)

    say(talk.id, code.to_send, by=beginning.writer_of(found, None), client_key="code")
    return code


def test_what_goes_to_nobody_is_never_sent(widget, line, monkeypatch):
    left = []

    class Post:
        def send(self, channel, address, text, *, key):
            left.append((channel, address, text))

    monkeypatch.setattr(switch, "_plugged", [Post()])
    known, unknown = talk_of(widget().open()), talk_of(widget().open())
    number = line.number
    proving.ask(known.id, by=BOT, number=number)
    proving.ask(unknown.id, by=BOT, number=UNKNOWN)
    for code in db.session.scalars(select(OneTimeCode)).all():
        send_code(CodeIssued(code.id))

    assert [(channel, address) for channel, address, _ in left] == [("sms", number)]
    assert "conversa" in left[0][2]
    assert all(each.to_send is None for each in db.session.scalars(select(OneTimeCode)))


def test_the_browser_that_proved_goes_on_and_no_other_gets_in(widget, line):
    hers, strangers = widget(), widget()
    talk = talk_of(hers.open())
    strangers.open()
    prove(talk, line.number)

    again = hers.open()
    elsewhere = strangers.open()

    assert again["conversation_id"] == str(talk.id)
    assert again["customer"] is not None
    assert elsewhere["conversation_id"] != str(talk.id)
    session = db.session.scalars(
        select(WidgetSession).where(WidgetSession.conversation_id == talk.id)
    ).one()
    assert session.verified_at is not None


def test_whoever_signs_in_as_somebody_else_does_not_get_the_talk(widget, line):
    hers = widget()
    talk = talk_of(hers.open())
    prove(talk, line.number)
    other = line_with_plan(plan("other", "Other", "1.00")).customer

    signed = hers.open(identity=signed_identity(widget.inbox, other))

    assert signed["conversation_id"] != str(talk.id)


def test_a_code_for_another_purpose_opens_nothing(widget, line):
    talk = talk_of(widget().open())
    code = codes.issue(
        line.customer_id,
        "step-up",
        talk.id,
        by=BOT,
        channel="sms",
        address=line.number,
    )

    said = say(talk.id, code.to_send, by=beginning.writer_of(talk, None), client_key="code")

    assert "code" not in said.extra
    assert talk_of({"conversation_id": talk.id}).customer_id is None
