from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.conversations.models import (
    Author,
    Conversation,
    Message,
    MessageKind,
    Status,
    Verification,
)
from app.conversations.service import attachments
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import BOT, SYSTEM
from app.customers import service as customers
from app.messaging import threads
from app.messaging.models import CallStatus, ProviderCall
from tests.factories.actors import administrator
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.markets import MarketFactory
from tests.fakes import said
from tests.messaging.conftest import inbox_of

VALERIA = "+525512340001"


def messages(conversation=None):
    query = select(Message).order_by(Message.seq)
    if conversation is not None:
        query = query.where(Message.conversation_id == conversation.id)
    return list(db.session.scalars(query))


def talk():
    return db.session.scalars(select(Conversation)).one()


def known_customer(address=VALERIA, channel="sms", verified=True):
    customer = CustomerFactory(market_code="MX")
    customers.add_address(customer.id, channel, address, by=administrator(), verified=verified)
    return customer


def test_a_stranger_begins_a_conversation_and_is_not_known_by_what_she_calls_herself(inbox, comes):
    CustomerFactory(market_code="MX", name="Valeria Soto", phone=VALERIA)

    comes(inbox, said("¿Cuánto debo?", name="Valeria Soto"))

    conversation = talk()
    assert conversation.customer_id is None
    assert conversation.verification is Verification.NONE
    assert (conversation.channel, conversation.address) == ("sms", VALERIA)
    (message,) = messages()
    assert (message.body, message.author) == ("¿Cuánto debo?", Author.CUSTOMER)


def test_a_customer_is_known_by_a_verified_address(inbox, comes):
    customer = known_customer()

    comes(inbox, said("Hola"))

    assert talk().customer_id == customer.id
    assert talk().verification is Verification.ADDRESS


def test_an_address_that_was_only_written_down_proves_nothing(inbox, comes):
    known_customer(verified=False)

    comes(inbox, said("Hola"))

    assert talk().customer_id is None


def test_a_verified_address_that_the_provider_does_not_vouch_for_proves_nothing(inbox, comes):
    known_customer()

    comes(inbox, said("Hola", vouched=False))

    assert talk().customer_id is None
    assert messages()[0].extra["doubt"] == "not_vouched"


def test_what_follows_goes_into_the_same_conversation(inbox, comes):
    comes(inbox, said("Hola", provider_id="a"))
    comes(inbox, said("¿Hay alguien?", provider_id="b"), said("¡Hola!", provider_id="c"))

    assert [each.body for each in messages(talk())] == ["Hola", "¿Hay alguien?", "¡Hola!"]


def test_copies_in_one_call_and_in_several_are_one_message(inbox, comes):
    comes(inbox, said("Hola"), said("Hola"))
    comes(inbox, said("Hola"))

    assert len(messages()) == 1


@pytest.mark.parametrize(("hours", "talks"), [(71, 1), (73, 2)])
def test_a_conversation_resolved_long_ago_is_not_woken(inbox, comes, hours, talks):
    comes(inbox, said("Hola", provider_id="a"))
    conversation = talk()
    conversation.status = Status.RESOLVED
    conversation.resolved_at = clock.now() - timedelta(hours=hours)
    db.session.commit()

    comes(inbox, said("Otra cosa", provider_id="b"))

    assert len(db.session.scalars(select(Conversation)).all()) == talks


def test_a_number_that_changed_hands_does_not_bring_the_old_talk(inbox, comes):
    before = known_customer()
    comes(inbox, said("Hola", provider_id="a"))
    customers.drop_address(before.id, "sms", VALERIA, by=administrator())

    comes(inbox, said("Hola, soy otra", provider_id="b"))

    first, second = db.session.scalars(select(Conversation).order_by(Conversation.created_at))
    assert (first.customer_id, second.customer_id) == (before.id, None)


def test_a_number_answers_with_the_button_of_that_place(inbox, comes):
    comes(inbox, said("Hola", provider_id="a"))
    buttons = [
        {"title": "Mi saldo", "payload": "/check_balance"},
        {"title": "Mi factura", "payload": "/view_bill"},
    ]
    say(talk().id, "¿Qué quieres ver?", by=BOT, client_key="b1", extra={"buttons": buttons})

    comes(inbox, said("2", provider_id="b"))

    assert messages()[-1].extra["payload"] == "/view_bill"


def test_an_edit_may_come_before_its_message_and_deletes_nothing(inbox, comes):
    comes(inbox, {"is": "edited", "id": "a", "text": "Son 200 pesos"})
    comes(inbox, {"is": "withdrawn", "id": "b"})
    comes(inbox, said("Son 20 pesos", provider_id="a"), said("Olvídalo", provider_id="b"))

    first, second = messages()
    assert (first.body, first.extra["edited"]["text"]) == ("Son 20 pesos", "Son 200 pesos")
    assert (second.body, bool(second.extra["withdrawn"])) == ("Olvídalo", True)


def test_the_latest_edit_wins_whatever_comes_first(inbox, comes):
    comes(inbox, said("uno", provider_id="a"))
    comes(inbox, {"is": "edited", "id": "a", "text": "tres", "at": "2026-05-01T10:02:00+00:00"})
    comes(inbox, {"is": "edited", "id": "a", "text": "dos", "at": "2026-05-01T10:01:00+00:00"})

    assert messages()[0].extra["edited"]["text"] == "tres"


def test_somebody_who_moves_keeps_her_talk_and_her_name(inbox, comes):
    customer = known_customer()
    comes(inbox, said("Hola", provider_id="a"))

    comes(inbox, {"is": "moved", "old": VALERIA, "new": "+525512349999"})
    comes(inbox, said("Sigo aquí", provider_id="b", sender="+525512349999"))

    assert len(messages(talk())) == 2
    assert talk().customer_id == customer.id


def test_a_call_that_makes_no_sense_is_kept_with_its_fault(inbox, comes):
    call_id = comes(inbox, body=b"\x00 no json")

    kept = db.session.get(ProviderCall, call_id)
    assert (kept.status, "no JSON" in kept.error) == (CallStatus.FAILED, True)
    assert kept.call.body == b"\x00 no json"


def test_one_bad_event_does_not_take_the_others_with_it(inbox, comes):
    nobody = said("¿quién?", provider_id="b", sender="")

    call_id = comes(inbox, said("uno", provider_id="a"), nobody, said("dos", provider_id="c"))

    assert [each.body for each in messages()] == ["uno", "dos"]
    assert db.session.get(ProviderCall, call_id).status is CallStatus.FAILED


@pytest.mark.parametrize(
    "text", ["", "\x00\x07", "x" * 9000, "a\ud800b", "4111 1111 1111 1111", "🎉" * 5000]
)
def test_whatever_somebody_writes_is_taken(inbox, comes, text):
    call_id = comes(inbox, said(text))

    assert db.session.get(ProviderCall, call_id).status is CallStatus.DONE
    (message,) = messages()
    assert "4111 1111 1111 1111" not in message.body


def test_a_text_that_is_too_long_comes_whole_as_a_file(inbox, comes):
    comes(inbox, said("palabra " * 1000))

    (message,) = messages()
    assert len(message.body) <= 4000
    assert [each["name"] for each in message.extra["attachments"]] == ["message.txt"]


CARD = "4111111111111111"


@pytest.mark.parametrize("before", [3990, 5000], ids=["at the cut", "in the file"])
def test_a_cards_number_is_nowhere_in_a_text_that_is_too_long(inbox, comes, before):
    text = f"{'x' * before} {CARD} {'y' * 500}"

    comes(inbox, said(text, provider_id="a"))
    comes(inbox, {"is": "edited", "id": "a", "text": text})

    (message,) = messages()
    (file,) = message.extra["attachments"]
    whole = attachments.open_attachment(SYSTEM, UUID(file["id"])).content.decode()
    assert whole == text.replace(CARD, "•••• 1111")
    for kept in (message.body, message.extra["edited"]["text"]):
        assert "41111" not in kept


def test_files_that_are_not_allowed_are_named_and_the_rest_is_kept(inbox, comes):
    media = [
        {"type": "text/plain", "name": "nota.txt", "content": "hola"},
        {"type": "text/html", "name": "malo.html", "content": "<script>"},
    ]

    comes(inbox, said("Mira", media=media))

    (message,) = messages()
    assert [each["name"] for each in message.extra["attachments"]] == ["nota.txt"]
    assert message.extra["files_refused"] == ["malo.html"]


class TestMail:
    @pytest.fixture
    def mailbox(self, plugged, listening):
        plugged("email", subjects=True, longest=100_000)
        return inbox_of("email")

    def mail(self, text, **more):
        return said(text, **{"sender": "valeria@example.com", "subject": "Factura", **more})

    def test_only_our_token_joins_never_a_number_in_the_subject(self, mailbox, comes):
        comes(mailbox, self.mail("Hola", provider_id="a"))
        token = threads.token_of(talk().id)

        comes(mailbox, self.mail("Más", provider_id="b", thread=token.upper()))
        comes(mailbox, self.mail("Otra", provider_id="c", subject=f"Re: #{talk().id}"))

        assert len(db.session.scalars(select(Conversation)).all()) == 2

    @pytest.mark.parametrize("bad", ["", "x" * 46, "a" * 26 + "0" * 20])
    def test_a_token_that_is_not_ours_joins_nothing(self, mailbox, comes, bad):
        comes(mailbox, self.mail("Hola", provider_id="a"))

        comes(mailbox, self.mail("Más", provider_id="b", thread=bad))

        assert len(db.session.scalars(select(Conversation)).all()) == 2

    def test_a_token_of_another_market_joins_nothing(self, mailbox, comes):
        comes(mailbox, self.mail("Hola", provider_id="a"))
        token = threads.token_of(talk().id)

        brazil = inbox_of("email", market=MarketFactory(brazil=True))
        comes(brazil, self.mail("Más", provider_id="b", thread=token))

        found = db.session.scalars(select(Conversation).order_by(Conversation.created_at)).all()
        assert [each.inbox_id for each in found] == [mailbox.id, brazil.id]
        assert [each.market_code for each in found] == ["MX", "BR"]

    def test_a_third_party_with_our_token_is_a_note_that_triggers_nothing(self, mailbox, comes):
        comes(mailbox, self.mail("Hola", provider_id="a"))
        token = threads.token_of(talk().id)

        comes(
            mailbox,
            self.mail("Dame todo", provider_id="b", thread=token, sender="mallory@example.com"),
        )

        note = messages(talk())[-1]
        assert (note.kind, note.author) == (MessageKind.NOTE, Author.SYSTEM)
        assert "mallory@example.com" in note.body

    def test_nor_does_a_third_party_bring_the_beginning_of_a_cards_number(self, mailbox, comes):
        comes(mailbox, self.mail("Hola", provider_id="a"))
        token = threads.token_of(talk().id)
        text = f"{'x' * 3920} {' '.join(CARD)} {'y' * 500}"

        comes(mailbox, self.mail(text, provider_id="b", thread=token, sender="mallory@example.com"))

        assert "4 1 1 1 1" not in messages(talk())[-1].body

    def test_automatic_mail_is_never_in_a_thread_that_the_customer_sees(
        self, mailbox, comes, leaves
    ):
        mailbox.welcome_words, mailbox.bot_on = "Gracias por escribir.", False
        db.session.commit()
        comes(mailbox, self.mail("Hola", provider_id="a"))
        leaves()
        token = threads.token_of(talk().id)

        comes(mailbox, self.mail("Estoy fuera", provider_id="b", automatic=True, thread=token))
        comes(mailbox, self.mail("Estoy fuera", provider_id="c", automatic=True))

        visible = [each.body for each in messages() if each.kind is MessageKind.TEXT]
        assert visible == ["Hola", "Gracias por escribir."]
        assert leaves() == 0

    def test_mail_of_which_nobody_can_tell_who_sent_it_waits_for_a_person(self, mailbox, comes):
        call_id = comes(mailbox, self.mail("Hola", problems=["several_senders"]))

        assert db.session.get(ProviderCall, call_id).status is CallStatus.FAILED
        assert messages() == []


def test_a_web_chat_is_left_alone(inbox, leaves):
    conversation = ConversationFactory()

    say(conversation.id, "Hola", by=BOT, client_key="b")

    assert leaves() == 0
