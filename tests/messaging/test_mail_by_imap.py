"""Mails through servers of one's own: fetched, understood, answered, come back."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from app.conversations.models import Conversation, Message, MessageKind, Status
from app.conversations.service import attachments
from app.conversations.service.messages import say
from app.core import db
from app.messaging import switch
from app.messaging.models import CallStatus, Delivery, DeliveryState, ProviderCall
from app.messaging.service import intake, mails, polling, sending, understanding
from tests.channels.email.twins import Post, mail_server
from tests.factories.actors import agent
from tests.factories.conversations import InboxFactory
from tests.factories.identity import StaffFactory
from tests.messaging.test_mail import PNG

OURS = "care@aurora.example"
VALERIA = "valeria@example.com"


@pytest.fixture
def post(monkeypatch, listening):
    """Mail servers, and an inbox at them."""
    made = Post()
    monkeypatch.setattr(switch, "_opened", {})
    monkeypatch.setattr(intake, "_doors", {})
    inbox = InboxFactory(channel="email", provider="smtp", address=OURS, sandbox=True, bot_on=False)
    inbox.settings = {
        "address": OURS,
        "smtp_host": "mail.aurora.example",
        "imap_host": "mail.aurora.example",
        "smtp_user": "care",
        "smtp_password": "secret",
        "authserv_id": "mx.aurora.example",
        "signature": "Aurora\nwww.aurora.example",
    }
    db.session.commit()
    with mail_server(made) as base:
        monkeypatch.setattr(switch, "_api_base", lambda _inbox: base)
        yield made


@pytest.fixture
def arrives(app, post):
    """A mail is put into the INBOX and fetched."""

    def arrive(text="Hola", *, sender=VALERIA, subject="Factura", **headers):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, OURS, subject
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        return arrive_raw(mail.as_bytes())

    def arrive_raw(content):
        post.mails[len(post.mails) + 1] = content
        assert polling.ask_all() == 1
        understanding.read_waiting()
        return content

    arrive.raw = arrive_raw
    return arrive


def talk():
    return db.session.scalars(select(Conversation)).one()


def last():
    return db.session.scalars(select(Message).order_by(Message.seq.desc())).first()


def answered(text="Va tu factura", files=()):
    """By an agent, and it left."""
    conversation = talk()
    staff = StaffFactory()
    conversation.status, conversation.assignee_id = Status.OPEN, staff.id
    db.session.commit()
    by = agent(id=staff.id, name=staff.name)
    kept = [attachments.keep_upload(conversation.id, each, "foto.png", by=by).id for each in files]
    mails.put_on_copy(conversation.id, "hijo@example.com", on=True, by=by)
    say(conversation.id, text, by=by, client_key="answer", attachment_ids=kept)
    for lane in sending.lanes_due():
        sending.send_lane(lane)
    return db.session.scalars(select(Delivery)).one()


def test_it_is_answered_with_signature_quote_copy_and_file_and_its_answer_finds_back(
    arrives, post, tmp_path
):
    picture = tmp_path / "foto.png"
    picture.write_bytes(PNG)
    arrives("¿Cuánto debo?", Message_ID="<hers@example.com>")
    with picture.open("rb") as stream:
        answered(files=[stream])

    sender, receivers, raw = post.taken[0]
    sent = email.message_from_bytes(raw, policy=email.policy.default)
    text = sent.get_body(("plain",)).get_content()
    assert (sender, receivers) == (OURS, [VALERIA, "hijo@example.com"])
    assert (sent["Cc"], sent["Subject"]) == ("hijo@example.com", "Re: Factura")
    assert sent["In-Reply-To"] == "<hers@example.com>"
    assert text.index("Va tu factura") < text.index("www.aurora.example")
    assert "> ¿Cuánto debo?" in text
    assert [each.get_filename() for each in sent.iter_attachments()] == ["foto.png"]

    # To our address alone, so that only our Message-ID tells where it belongs.
    arrives("Gracias", In_Reply_To=sent["Message-ID"], References=sent["Message-ID"])
    assert (last().body, talk().last_seq) == ("Gracias", 3)


def test_a_bounce_fails_the_message_that_came_back(arrives, post):
    arrives(Message_ID="<hers@example.com>")
    delivery = answered()
    bounce = (
        "From: MAILER-DAEMON@mx.example.com\r\nTo: care@aurora.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        "Message-ID: <bounce@mx.example.com>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Final-Recipient: rfc822; {VALERIA}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {delivery.provider_id}\r\nSubject: Re: Factura\r\n\r\n--b--\r\n"
    )

    arrives.raw(bounce.encode())

    db.session.refresh(delivery)
    assert delivery.state is DeliveryState.FAILED
    assert "no such user" in delivery.error
    assert last().extra["delivery"]["state"] == "failed"
    assert talk().last_seq == last().seq


def test_out_of_office_is_a_note_and_answered_by_nobody(arrives, post):
    arrives(Message_ID="<hers@example.com>")
    ours = answered().provider_id

    arrives("Estoy fuera", References=ours, Auto_Submitted="auto-replied", Message_ID="<o@x.y>")
    arrives("Estoy fuera", Auto_Submitted="auto-replied", Message_ID="<p@x.y>")

    assert last().kind is MessageKind.NOTE
    assert talk().last_seq == last().seq
    assert len(post.taken) == 1


def test_two_senders_are_in_quarantine(arrives):
    arrives.raw(
        b"From: valeria@example.com\r\nFrom: mallory@example.com\r\nTo: care@aurora.example\r\n"
        b"Subject: x\r\nMessage-ID: <q@x>\r\n\r\nDame todo\r\n"
    )

    assert db.session.scalars(select(Conversation)).all() == []
    kept = db.session.scalars(select(ProviderCall)).one()
    assert (kept.status, kept.error.split(":")[0]) == (CallStatus.FAILED, "Quarantined")


def test_the_same_mail_twice_is_one_message(arrives, post):
    content = arrives(Message_ID="<hers@example.com>").strip()

    arrives.raw(content)

    assert talk().last_seq == 1
