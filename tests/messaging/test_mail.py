"""What comes by mail, what is shown of it, and what leaves by mail."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from app.conversations.models import Conversation, Message, Status
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import BOT, SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound
from app.identity import sessions
from app.identity.models import SessionKind
from app.messaging import pages, queries, threads
from app.messaging.errors import NoWayThere, TooManyCopies
from app.messaging.models import CallStatus, Delivery, DeliveryState, MailPage, ProviderCall
from app.messaging.service import consent, mails
from channels.port import Inbound, Media, Wish
from tests.factories.actors import administrator, agent
from tests.factories.identity import StaffFactory
from tests.fakes import said
from tests.messaging.conftest import inbox_of

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
VALERIA = "valeria@example.com"
SCRAPS = [
    *("<p>", "</p>", '<img src="cid:a">', "<img src='https://x/y'>", "<img ", 'src="', "<a href="),
    *("<script>", "</script>", "<style>", "<!--", "-->", "<svg ", "<math>", "<table>", "<td ", ">"),
    *(' style="position:fixed"', ' onload="x"', "javascript:", '"', "'", "x", " ", "&lt;", "<"),
]


@pytest.fixture
def channel(plugged):
    return plugged("email", subjects=True, longest=100_000)


@pytest.fixture
def mailbox(channel, listening):
    return inbox_of("email")


@pytest.fixture
def sign_in_staff(app):
    """An agent's browser."""

    def enter(**more):
        staff = StaffFactory(**more)
        opened = sessions.open_session(
            SessionKind.STAFF,
            by=staff.as_actor(),
            user_agent="tests",
            address="127.0.0.1",
            verified=True,
        )
        browser = app.test_client()
        browser.set_cookie("__Host-dialtone-staff", opened.token, domain="localhost", secure=True)
        return browser

    return enter


@pytest.fixture
def mail(mailbox, channel, comes, monkeypatch):
    """A mail comes with whatever a test wants of it."""

    def come(text="Hola", *, provider_id="<a@x>", sender=VALERIA, **more):
        event = Inbound(provider_id, sender, mailbox.address, text, **more)
        monkeypatch.setattr(channel, "read", lambda _call: (event,))
        comes(mailbox, said(text, provider_id=provider_id))
        return db.session.scalars(select(Message).order_by(Message.at.desc())).first()

    return come


def talk():
    return db.session.scalars(select(Conversation)).one()


def owned(conversation):
    staff = StaffFactory()
    conversation.status, conversation.assignee_id = Status.OPEN, staff.id
    db.session.commit()
    return agent(id=staff.id, name=staff.name)


def deliveries():
    return db.session.scalars(select(Delivery).order_by(Delivery.number)).all()


class Seen(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


class TestPages:
    def test_a_page_is_cleaned_and_its_pictures_are_ours(self, mail, sign_in_staff):
        html = (
            '<p onclick="x()">Mira <img src="cid:foto@x"><script>alert(1)</script>'
            '<img src="https://spy.example/1.gif"><a href="javascript:x()">aquí</a></p>'
        )
        message = mail(html=html, media=(Media("image/png", "a.png", PNG, content_id="foto@x"),))
        browser = sign_in_staff(supervisor=True)

        shown = browser.get(f"/desk/mails/{message.id}/page")
        asked = browser.get(f"/desk/mails/{message.id}/page?pictures=yes")

        attachment_id = message.extra["attachments"][0]["id"]
        assert f'src="/desk/attachments/{attachment_id}"' in shown.text
        for bad in ("spy.example", "onclick", "alert", "javascript"):
            assert bad not in shown.text
        policy = shown.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "img-src 'self';" in policy
        assert "sandbox" in policy
        assert "allow-scripts" not in policy
        assert 'src="https://spy.example/1.gif"' in asked.text
        assert "img-src 'self' https:;" in asked.headers["Content-Security-Policy"]
        assert browser.get(f"/desk/attachments/{attachment_id}").data[:4] == b"\x89PNG"

    def test_staff_of_another_market_find_no_page(self, mail, sign_in_staff):
        message = mail(html="<p>Hola</p>")

        foreign = sign_in_staff(supervisor=True, markets=["BR"])

        assert foreign.get(f"/desk/mails/{message.id}").status_code == 404
        assert foreign.get(f"/desk/mails/{message.id}/page").status_code == 404

    def test_a_cards_number_in_pieces_of_a_page_is_not_kept(self, mail):
        mail(html="<b>4111</b><i>1111</i><b>1111</b><i>1111</i>")

        assert db.session.scalars(select(MailPage)).all() == []

    def test_a_cards_number_in_a_page_is_cut(self, mail):
        mail(html="<p>4111 1111 1111 1111</p>")

        assert "4111 1111" not in db.session.scalars(select(MailPage.html)).one()

    @example("<a href=<p><table><a href=<p>")
    @given(st.lists(st.sampled_from(SCRAPS), max_size=30).map("".join))
    def test_cleaned_twice_is_cleaned_once(self, html):
        once = pages.cleaned(html)

        assert pages.cleaned(once) == once
        seen = Seen()
        seen.feed(pages.with_pictures(once, {}, remote=False))
        assert not {"script", "svg", "math", "style"} & seen.tags
        assert not {"onload"} & {name for name, _ in seen.attributes}
        assert not [value for name, value in seen.attributes if name == "src" and value]
        assert not [v for name, v in seen.attributes if name == "style" and "position" in v]
        assert not [v for name, v in seen.attributes if (v or "").startswith("javascript:")]

    @pytest.mark.parametrize(
        "poison",
        [
            "<div>" * 10_000,
            "<b></i>" * 10_000,
            "<x-y>" * 10_000,
            "<DIV >" * 10_000,
            "x" * (pages.LONGEST + 1),
        ],
    )
    def test_a_page_that_is_too_much_to_read_is_left_out(self, mail, poison):
        message = mail("Hola", html=poison)

        assert (message.body, message.extra.get("mail")) == ("Hola", None)

    def test_an_ordinary_page_that_closes_nothing_is_read(self):
        assert pages.may_be_read("<p>uno<li>dos<td>tres<br><img src=x>" * 2000)
        assert pages.may_be_read("<div><b>uno</b></div>" * 5000)


class TestCopies:
    def test_whom_the_customer_had_on_copy_gets_nothing_until_an_agent_says_so(
        self, mail, channel, leaves
    ):
        mail(copied=("hijo@example.com",), subject="Factura")
        by = owned(talk())
        say(talk().id, "Hola", by=by, client_key="1")
        leaves()
        mails.put_on_copy(talk().id, "Hijo@example.com", on=True, by=by)
        say(talk().id, "Va otra vez", by=by, client_key="2")
        leaves()
        mails.put_on_copy(talk().id, "hijo@example.com", on=False, by=by)
        message = say(talk().id, "Y otra", by=by, client_key="3")
        leaves()

        assert [each.thread.copied for each in channel.sent] == [(), ("hijo@example.com",), ()]
        assert "mail" not in message.extra

    @pytest.mark.parametrize("when", ["before it is said", "before it leaves"])
    def test_who_wants_no_more_is_left_out(self, mail, channel, leaves, mailbox, when):
        mail()
        by = owned(talk())
        for address in ("hijo@example.com", "hija@example.com"):
            mails.put_on_copy(talk().id, address, on=True, by=by)

        if when == "before it leaves":
            say(talk().id, "Hola", by=by, client_key="1")
        consent.decide(mailbox.id, "hijo@example.com", Wish.STOP, clock.now(), by=SYSTEM)
        if when == "before it is said":
            message = say(talk().id, "Hola", by=by, client_key="1")
            assert message.extra["mail"]["copied"] == ["hija@example.com"]
        leaves()

        assert [each.thread.copied for each in channel.sent] == [("hija@example.com",)]

    def test_a_machine_copies_nobody(self, mail, channel, leaves):
        mail(copied=("hijo@example.com",))
        mails.put_on_copy(talk().id, "hijo@example.com", on=True, by=administrator())

        say(talk().id, "Hola", by=BOT, client_key="1")
        leaves()

        assert [each.thread.copied for each in channel.sent] == [()]

    def test_what_cannot_be_put_on_copy(self, mail):
        mail()
        by = owned(talk())

        with pytest.raises(Invalid):
            mails.put_on_copy(talk().id, "a@b.mx\r\nBcc: x@y.mx", on=True, by=by)
        for number in range(mails.MOST_COPIES):
            mails.put_on_copy(talk().id, f"p{number}@example.com", on=True, by=by)
        with pytest.raises(TooManyCopies):
            mails.put_on_copy(talk().id, "more@example.com", on=True, by=by)
        with pytest.raises((Forbidden, NotFound)):
            mails.put_on_copy(talk().id, "x@example.com", on=True, by=agent())

    def test_elsewhere_there_are_no_copies(self, plugged, listening, comes):
        plugged("sms")
        comes(inbox_of("sms"), said("Hola"))

        with pytest.raises(NoWayThere):
            mails.put_on_copy(talk().id, "x@example.com", on=True, by=owned(talk()))


class TestAnswers:
    def test_a_person_quotes_what_she_answers_a_machine_quotes_nothing(self, mail, channel, leaves):
        mail("¿Cuánto debo?", subject="Factura")
        say(talk().id, "Un momento", by=BOT, client_key="1")
        leaves()
        say(talk().id, "52.20", by=owned(talk()), client_key="2")
        leaves()

        machine, person = (each.thread for each in channel.sent)
        assert machine.quoted == ""
        assert person.quoted == "¿Cuánto debo?"
        assert person.quoted_from.endswith(":")
        assert person.subject == "Factura"
        assert person.message_id == "<a@x>"

    def test_a_machine_says_nothing_of_who_may_not_have_written(
        self, mail, channel, leaves, mailbox
    ):
        mail("Compra en spam.example", subject="Compra en spam.example", vouched=False)

        say(talk().id, "Un momento", by=BOT, client_key="1")
        leaves()

        assert channel.sent[0].thread.subject == mailbox.name
        assert "spam.example" not in repr(channel.sent[0])

    def test_all_that_a_machine_answers_is_one_mail(self, mail, channel, leaves):
        mail()
        with db.transaction():
            first = say(talk().id, "Uno", by=BOT, client_key="1")
            second = say(talk().id, "Dos", by=BOT, client_key="2")

        leaves()

        assert [each.text for each in channel.sent] == ["Uno\n\nDos"]
        for message in (first, second):
            db.session.refresh(message)
            assert message.extra["delivery"]["state"] == "sent"

    def test_what_leaves_in_spite_of_a_stop_takes_nothing_else_along(self, mail, channel, leaves):
        mail()
        mail("STOP", provider_id="<b@x>", thread=threads.token_of(talk().id))

        say(talk().id, "Una oferta", by=BOT, client_key="1")
        leaves()

        (sent,) = channel.sent
        assert "oferta" not in sent.text

    def test_a_machine_answers_once_an_hour_then_a_person_is_called(self, mail, channel, leaves):
        mail()
        say(talk().id, "Uno", by=BOT, client_key="1")
        leaves()
        say(talk().id, "Dos", by=BOT, client_key="2")
        leaves()

        assert [each.text for each in channel.sent] == ["Uno"]
        assert deliveries()[1].state is DeliveryState.FAILED
        assert talk().status is Status.WAITING

        with clock.moved_to(clock.now() + timedelta(hours=1, minutes=1)):
            say(talk().id, "Tres", by=BOT, client_key="3")
            leaves()
        assert [each.text for each in channel.sent] == ["Uno", "Tres"]

    def test_a_person_answers_as_often_as_she_likes(self, mail, channel, leaves):
        mail()
        by = owned(talk())
        for number in range(3):
            say(talk().id, f"Va {number}", by=by, client_key=f"{number}")
            leaves()

        assert len(channel.sent) == 3


def test_who_cannot_be_told_stays_in_quarantine(mail):
    mail(problems=("several_senders",))

    assert db.session.scalars(select(Conversation)).all() == []
    kept = db.session.scalars(select(ProviderCall)).one()
    assert kept.status is CallStatus.FAILED
    assert [each.is_quarantined for each in queries.failed_calls(administrator())] == [True]


def test_an_attachment_and_a_subject_with_a_cards_number(mail):
    message = mail(
        subject="Mi tarjeta 4111 1111 1111 1111", media=(Media("image/png", "a.png", PNG),)
    )

    assert "4111 1111 1111" not in message.extra["mail"]["subject"]
    assert [each["media_type"] for each in message.extra["attachments"]] == ["image/png"]


def test_our_token_comes_back_in_any_case(mail):
    mail()
    mail("Más", provider_id="<b@x>", thread=threads.token_of(talk().id).upper())

    assert len(db.session.scalars(select(Message)).all()) == 2
    assert talk().last_seq == 2
