import re

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.conversations import chat_settings
from app.conversations.chat_settings import Ask, Invitation
from app.conversations.models import Inbox
from app.core import db
from tests.factories.conversations import InboxFactory
from tests.factories.markets import MarketFactory


@pytest.fixture
def admin(sign_in, confirmed):
    return sign_in(name="Ada Admin", language="en", roles=["administrator"])


def form(**more):
    return {
        "name": "Shop",
        "language": "es",
        "origins": "https://Shop.example/\nhttp://localhost:5000",
        "accent": "#5B21B6",
        "title_es": "Aurora",
        "greeting_es": "¡Hola!",
        "bot_on": "yes",
        "takes_messages": "yes",
        "mail_after": "15",
        "ask_name": "must",
        "ask_email": "may",
        "ask_topic": "no",
        "mon": "09:00-18:00",
        "page": ["/plans*", ""],
        "seconds": ["20", "30"],
        "words_en": ["Can I help?", ""],
        "words_es": ["¿Te ayudo?", ""],
        "words_pt": ["", ""],
        **more,
    }


def test_a_chat_is_opened_set_up_and_its_tag_copied(admin):
    MarketFactory()
    made = admin.post(
        "/office/channels/chats",
        plain=True,
        data={"market": "MX", "name": "Aurora web", "language": "es"},
    )
    page = made.headers["Location"]

    admin.post(page, plain=True, data=form())

    inbox = db.session.scalars(select(Inbox)).one()
    settings = chat_settings.read(inbox.chat)
    assert inbox.allowed_origins == ["https://shop.example", "http://localhost:5000"]
    assert inbox.theme == {
        "accent": "#5b21b6", "title": {"es": "Aurora"}, "greeting": {"es": "¡Hola!"}
    }  # fmt: skip
    assert (inbox.bot_on, inbox.hours) == (True, {"mon": [["09:00", "18:00"]]})
    assert settings.before == {"name": Ask.MUST, "email": Ask.MAY}
    assert (settings.takes_messages, settings.mail_after) == (True, 15)
    words = {"en": "Can I help?", "es": "¿Te ayudo?"}
    assert settings.invitations == (Invitation("/plans*", 20, words),)
    shown = admin.get(page, plain=True).get_data(as_text=True)
    assert f"/widget/widget.js&#34; data-inbox=&#34;{inbox.key}" in shown.replace('"', "&#34;")
    assert "/plans*" in shown
    assert "Aurora web" not in shown
    assert "Shop" in admin.get("/office/channels", plain=True).get_data(as_text=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"origins": "https://shop.example/path"},
        {"origins": "http://shop.example"},
        {"origins": "javascript:alert(1)"},
        {"origins": "https://*.example"},
        {"origins": "https://a@shop.example"},
        {"origins": "https://shop.example:port"},
        {"accent": "red;}"},
        {"mail_after": "9999"},
        {"mail_after": "soon"},
        {"ask_name": "perhaps"},
        {"page": ["plans", ""]},
        {"seconds": ["-1", "30"]},
        {"seconds": ["20"]},
        {"words_en": ["", ""], "words_es": ["", ""]},
        {"language": "xx"},
        {"mon": "9-18"},
        {"key": "mine"},
    ],
)
def test_what_is_wrong_is_refused_and_changes_nothing(admin, wrong):
    inbox = InboxFactory()
    inbox_id, before = inbox.id, inbox.version

    answer = admin.post(f"/office/channels/chats/{inbox_id}", plain=True, data=form(**wrong))

    assert answer.status_code == 400
    assert db.session.get(Inbox, inbox_id).version == before


def test_a_new_secret_is_shown_once_and_kept_out_of_the_trail(admin):
    inbox = InboxFactory()
    before = inbox.secret

    answer = admin.post(f"/office/channels/chats/{inbox.id}/secret", plain=True)

    shown = answer.get_data(as_text=True)
    kept = db.session.get(Inbox, inbox.id, populate_existing=True).secret
    assert kept != before
    assert re.search(r'id="secret" readonly value="([^"]+)"', shown)[1] == kept
    again = admin.get(f"/office/channels/chats/{inbox.id}", plain=True).get_data(as_text=True)
    assert kept not in again
    trail = db.session.scalars(select(AuditEntry)).all()
    assert "inbox.secret_renewed" in {each.action for each in trail}
    assert kept not in str([each.changes for each in trail])


def test_who_may_not(sign_in):
    inbox, other = InboxFactory(), InboxFactory(channel="sms", provider="twilio")
    agent = sign_in(roles=["agent"])
    elsewhere = sign_in(roles=["administrator"], markets=["BR"])
    admin = sign_in(roles=["administrator"])
    page = f"/office/channels/chats/{inbox.id}"

    assert agent.get(page).status_code == 403
    assert elsewhere.get(page).status_code == 404
    assert elsewhere.post(f"{page}/turn", data={"on": "no"}).status_code == 404
    assert admin.get(f"/office/channels/chats/{other.id}").status_code == 404
