from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from app.conversations import storage
from app.conversations.models import Conversation, Inbox, Message, MessageKind, Status
from app.conversations.service import attachments, turn
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import BOT, SYSTEM
from app.core.errors import Forbidden, NotFound
from app.customers import notices as customer_notices
from app.customers.models import NoticeStatus
from app.messaging import pace, switch
from app.messaging.errors import NothingToRepeat, NoWayThere
from app.messaging.models import Delivery, DeliveryState
from app.messaging.service import consent, notices, repairing, sending, switching, templates
from channels.port import ChannelDown, Undeliverable, Wish
from tests.factories.actors import administrator, agent, customer
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.fakes import receipt, said
from tests.messaging.conftest import inbox_of

VALERIA = "+525512340001"
DAY = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)  # noon in Mexico City


@pytest.fixture
def talk(inbox, comes):
    comes(inbox, said("Hola"))
    return db.session.scalars(select(Conversation)).one()


def bot_says(conversation, text, key="b", **extra):
    return say(conversation.id, text, by=BOT, client_key=key, extra=extra)


def state_of(message):
    db.session.refresh(message)
    return message.extra["delivery"]["state"]


def deliveries():
    return list(db.session.scalars(select(Delivery).order_by(Delivery.number)))


def owned(conversation):
    """By an agent, who may answer now."""
    staff = StaffFactory()
    conversation.status, conversation.assignee_id = Status.OPEN, staff.id
    db.session.commit()
    return agent(id=staff.id, name=staff.name)


def test_what_the_bot_says_leaves_by_the_channel_and_shows_how_far_it_came(
    talk, channel, comes, leaves, inbox
):
    message = bot_says(talk, "¡Hola!")
    assert state_of(message) == "queued"

    leaves()
    assert state_of(message) == "sent"
    (sent,) = channel.sent
    assert (sent.recipient, sent.text, sent.by_person) == (VALERIA, "¡Hola!", False)

    comes(inbox, receipt("read", f"out-{sent.key}"))
    comes(inbox, receipt("delivered", f"out-{sent.key}"), receipt("failed", f"out-{sent.key}"))
    assert state_of(message) == "read"


def test_notes_and_activities_stay_with_us(talk, channel, leaves):
    by = owned(talk)

    say(talk.id, "Ojo", by=by, client_key="n", kind=MessageKind.NOTE)
    leaves()

    assert channel.sent == []


def test_a_receipt_may_come_before_we_know_what_it_is_about(talk, comes, leaves, inbox):
    message = bot_says(talk, "¡Hola!")
    (waiting,) = deliveries()

    comes(inbox, receipt("delivered", f"out-{waiting.key}"))
    leaves()

    assert state_of(message) == "delivered"


def test_a_watermark_counts_for_all_before_it(talk, comes, leaves, inbox):
    first, second = bot_says(talk, "uno", "1"), bot_says(talk, "dos", "2")
    leaves()

    comes(inbox, receipt("read", recipient=VALERIA))
    third = bot_says(talk, "tres", "3")
    leaves()

    assert [state_of(each) for each in (first, second, third)] == ["read", "read", "sent"]


def test_the_order_is_kept_while_the_provider_is_away(talk, channel, leaves, inbox):
    bot_says(talk, "uno", "1")
    bot_says(talk, "dos", "2")
    channel.trouble = [ChannelDown("busy", retry_after=30)]

    assert leaves() == 0
    assert leaves() == 0
    with clock.moved_to(clock.now() + timedelta(seconds=31)):
        assert leaves() == 2

    assert [each.text for each in channel.sent] == ["uno", "dos"]
    assert db.session.get(Inbox, inbox.id, populate_existing=True).last_error == "busy"


def test_who_waits_behind_a_provider_that_is_away_is_in_nobodys_way(talk, channel, comes, leaves):
    bot_says(talk, "uno", "1")
    bot_says(talk, "dos", "2")
    channel.trouble = [ChannelDown("busy", retry_after=60)]
    leaves()
    comes(talk.inbox, said("¿Hay alguien?", provider_id="b", sender="+525512349999"))
    other = db.session.scalars(select(Conversation).where(Conversation.id != talk.id)).one()
    bot_says(other, "tres", "3")

    due = sending.lanes_due(limit=1)

    assert due == [deliveries()[2].lane]
    with clock.moved_to(clock.now() + timedelta(seconds=61)):
        assert len(sending.lanes_due()) == 2


def test_the_same_key_is_used_until_a_person_wants_it_again(talk, channel, leaves):
    message = bot_says(talk, "uno")
    channel.trouble = [ChannelDown(), Undeliverable("no such number", code="21211")]

    leaves()
    with clock.moved_to(clock.now() + timedelta(minutes=1)):
        leaves()
    (failed,) = deliveries()
    before = failed.key
    assert (state_of(message), failed.code) == ("failed", "21211")
    repairing.send_again([failed.id], by=administrator())
    leaves()

    assert state_of(message) == "sent"
    assert channel.sent[0].key != before


def test_a_fault_of_an_adapter_does_not_stop_those_behind_it(talk, channel, leaves):
    first = bot_says(talk, "uno", "1")
    second = bot_says(talk, "dos", "2")
    channel.trouble = [KeyError("oops")] * sending.MOST_FAULTS

    for minutes in range(sending.MOST_FAULTS + 1):
        with clock.moved_to(clock.now() + timedelta(minutes=minutes)):
            leaves()

    assert [state_of(first), state_of(second)] == ["failed", "sent"]


def test_what_a_provider_says_of_it_may_be_anything(talk, channel, comes, leaves, inbox):
    first, second = bot_says(talk, "uno", "1"), bot_says(talk, "dos", "2")
    channel.trouble = [ChannelDown("oops \0\ud800"), Undeliverable("no\0", code="4\0")]

    leaves()
    retrying = state_of(first)
    with clock.moved_to(clock.now() + timedelta(minutes=1)):
        leaves()
    comes(inbox, receipt("failed", f"out-{deliveries()[1].key}", code="5\0", reason="\ud800so"))

    assert retrying == "retrying"
    assert [state_of(each) for each in (first, second)] == ["failed", "failed"]
    assert [(each.code, each.error) for each in deliveries()] == [("4", "no"), ("5", "so")]


def test_a_file_that_is_gone_does_not_stop_what_follows(talk, channel, leaves):
    by = owned(talk)
    kept = attachments.keep_upload(talk.id, BytesIO(b"%PDF-1.7"), "factura.pdf", by=by)
    first = say(talk.id, "Tu factura", by=by, client_key="1", attachment_ids=[kept.id])
    second = say(talk.id, "¿La ves?", by=by, client_key="2")
    storage.remove(kept.stored_as)

    leaves()

    assert [state_of(each) for each in (first, second)] == ["failed", "sent"]
    assert str(sending.why(deliveries()[0])) == "The file could not be sent."


def test_a_worker_that_died_is_followed_by_another_with_the_same_key(talk, channel, leaves):
    bot_says(talk, "uno")
    (waiting,) = deliveries()
    sending._claim(waiting.lane)  # and never comes back

    assert leaves() == 0
    with clock.moved_to(clock.now() + sending.LEASE + timedelta(seconds=1)):
        assert leaves() == 1

    assert [each.key for each in channel.sent] == [waiting.key]


def test_a_long_text_goes_in_parts_and_has_come_when_the_last_has(
    plugged, listening, comes, leaves
):
    channel = plugged("telegram", longest=40)
    inbox = inbox_of("telegram")
    comes(inbox, said("Hola"))
    talk = db.session.scalars(select(Conversation)).one()

    message = bot_says(talk, "Tu factura es de 200 pesos. Vence el 3 de mayo.")
    leaves()
    first, second = channel.sent
    comes(inbox, receipt("delivered", f"out-{first.key}"))
    assert (len(first.text) <= 40, state_of(message)) == (True, "sent")

    comes(inbox, receipt("delivered", f"out-{second.key}"))
    assert state_of(message) == "delivered"


def test_buttons_are_buttons_or_a_list_as_the_channel_can(talk, channel, leaves):
    offered = [{"title": "Sí", "payload": "/yes"}, {"title": "No", "payload": "/no"}]

    bot_says(talk, "¿Sigo?", buttons=offered)
    leaves()

    assert channel.sent[0].text == "¿Sigo?\n\n1. Sí\n2. No"
    assert channel.sent[0].buttons == ()


class TestConsent:
    def test_after_stop_nothing_leaves_but_one_word_of_it(self, talk, channel, comes, leaves):
        comes(talk.inbox, said("¡Alto!", provider_id="b"))
        comes(talk.inbox, said("STOP", provider_id="c"))
        leaves()
        assert len(channel.sent) == 1

        message = bot_says(talk, "Una oferta", "x")
        leaves()

        assert (len(channel.sent), state_of(message)) == (1, "failed")
        assert deliveries()[-1].code == sending.OPTED_OUT

    def test_the_bot_does_not_answer_who_stopped_even_when_she_writes(self, talk, comes):
        comes(talk.inbox, said("STOP", provider_id="b"))
        comes(talk.inbox, said("¿Cuánto debo?", provider_id="c"))

        assert turn._next_question(talk.id) is None

    def test_what_is_on_its_way_when_she_stops_does_not_leave(self, talk, channel, comes, leaves):
        bot_says(talk, "Una oferta")
        comes(talk.inbox, said("BAJA", provider_id="b"))

        leaves()

        assert [each.text for each in channel.sent if "oferta" in each.text] == []

    def test_start_brings_everything_back(self, talk, channel, comes, leaves):
        comes(talk.inbox, said("SAIR", provider_id="b"))
        comes(talk.inbox, said("voltar", provider_id="c"))
        bot_says(talk, "¡Hola!", "x")

        assert leaves() == 3
        assert channel.sent[-1].text == "¡Hola!"

    def test_help_is_answered_after_stop_too(self, talk, channel, comes, leaves):
        comes(talk.inbox, said("STOP", provider_id="b"))
        comes(talk.inbox, said("Ayuda", provider_id="c"))

        leaves()

        assert len(channel.sent) == 2

    def test_help_names_the_commands_of_the_channel_to_who_may_use_them(
        self, talk, channel, comes, leaves
    ):
        named = {"HELP": "Send BAL."}
        switch.obey("sms", switch.Commands(lambda _talk, text: named.get(text), lambda text: text))

        for place, word in enumerate(("HELP", "STOP", "HELP")):
            comes(talk.inbox, said(word, provider_id=f"h{place}"))
            leaves()

        assert [each.text == "Send BAL." for each in channel.sent] == [True, False, False]

    def test_start_means_nothing_to_who_never_stopped(self, talk, comes):
        comes(talk.inbox, said("/start", provider_id="b"))

        assert turn._next_question(talk.id) is not None

    def test_a_providers_clock_that_is_ahead_does_not_outlast_her_next_word(self, talk, comes):
        ahead = clock.now() + timedelta(days=1)
        consent.decide(talk.inbox_id, VALERIA, Wish.STOP, ahead, by=SYSTEM)
        consent.decide(talk.inbox_id, VALERIA, Wish.START, ahead, by=SYSTEM)

        comes(talk.inbox, said("STOP", provider_id="b"))

        assert consent.is_stopped(talk.inbox_id, VALERIA)

    def test_what_the_provider_heard_counts_too(self, talk, comes, leaves):
        comes(talk.inbox, {"is": "consent", "address": VALERIA, "wish": "stop"})

        message = bot_says(talk, "Una oferta")
        leaves()

        assert state_of(message) == "failed"


class TestWindow:
    @pytest.fixture
    def whatsapp(self, plugged, listening, comes):
        self.channel = plugged("whatsapp", window=24, templates=True)
        inbox = inbox_of("whatsapp")
        comes(inbox, said("Hola"))
        return db.session.scalars(select(Conversation)).one()

    def test_a_day_after_her_last_words_only_a_template_leaves(self, whatsapp, leaves):
        by = owned(whatsapp)
        template = templates.write(
            whatsapp.inbox_id,
            by=administrator(),
            name="come_back",
            language="es",
            body="Hola {{1}}, tenemos noticias.",
            approved=True,
        )

        with clock.moved_to(clock.now() + timedelta(hours=25)):
            plain = say(whatsapp.id, "¿Sigues ahí?", by=by, client_key="a")
            switching.send_template(whatsapp.id, template.id, ["Valeria"], by=by, client_key="t")
            leaves()

        assert state_of(plain) == "failed"
        (sent,) = self.channel.sent
        assert (sent.template.name, sent.template.values) == ("come_back", ("Valeria",))
        assert sent.text == "Hola Valeria, tenemos noticias."


class TestSwitching:
    @pytest.fixture
    def mail(self, plugged, talk):
        self.mail = plugged("email", subjects=True, longest=100_000)
        return inbox_of("email")

    def test_the_next_words_leave_elsewhere_and_answers_from_there_belong_here(
        self, mail, talk, comes, leaves
    ):
        her = CustomerFactory(market_code="MX", email="Valeria@example.com")
        talk.customer_id, talk.customer = her.id, her
        by = owned(talk)
        way = next(each for each in switching.ways(talk) if each.inbox.id == mail.id)

        switching.go_on(talk.id, way.key, by=by)
        say(talk.id, "Te escribo por correo", by=by, client_key="m")
        leaves()
        (sent,) = self.mail.sent
        comes(
            mail,
            said("Gracias", sender="valeria@example.com", thread=sent.thread.token),
        )

        bodies = [m.body for m in db.session.scalars(select(Message).order_by(Message.seq))]
        assert (bodies[-1], sent.recipient) == ("Gracias", "valeria@example.com")
        assert db.session.scalars(select(Conversation)).one().channel == "email"

    def test_only_the_owner_and_only_where_the_customer_is(self, mail, talk):
        by = owned(talk)

        with pytest.raises(NoWayThere):
            switching.go_on(talk.id, f"{mail.id}:mallory@example.com", by=by)
        with pytest.raises(NotFound):
            switching.go_on(talk.id, f"{mail.id}:x", by=agent())

    def test_what_failed_goes_the_other_way_once(self, mail, talk, channel, leaves):
        her = CustomerFactory(market_code="MX")
        talk.customer_id, talk.customer = her.id, her
        by = owned(talk)
        channel.trouble = [Undeliverable("gone")]
        say(talk.id, "Hola", by=by, client_key="m")
        leaves()
        (failed,) = deliveries()
        way = next(each for each in switching.ways(talk) if each.inbox.id == mail.id)

        switching.send_elsewhere(failed.id, way.key, by=by)
        leaves()
        with pytest.raises(NoWayThere):
            switching.send_elsewhere(failed.id, way.key, by=by)

        assert [each.text for each in self.mail.sent] == ["Hola"]


class TestNotices:
    def queue(self, **more):
        her = CustomerFactory(market_code="MX", phone=VALERIA, **more)
        return customer_notices.notify(
            her.id,
            "top_up_received",
            by=SYSTEM,
            effect_key="k",
            amount="200",
            line="5512340001",
            balance="250",
        )

    @pytest.fixture(autouse=True)
    def at_noon(self):
        with clock.moved_to(DAY):
            yield

    def test_it_leaves_by_the_inbox_of_its_market_and_says_so(self, inbox, channel, leaves):
        queued = [each for each in self.queue() if each.channel == "sms"]

        assert (notices.take_on(), notices.take_on()) == (1, 0)
        leaves()

        (sent,) = channel.sent
        assert (sent.recipient, sent.notice) == (VALERIA, True)
        db.session.refresh(queued[0])
        assert queued[0].status is NoticeStatus.SENT

    def test_at_night_it_waits_for_the_morning(self, inbox, channel, leaves):
        with clock.moved_to(DAY + timedelta(hours=10)):  # 22:00
            self.queue()
            notices.take_on()
            leaves()
            assert channel.sent == []

        with clock.moved_to(DAY + timedelta(hours=20)):  # 08:00
            leaves()
        assert len(channel.sent) == 1

    def test_nobody_is_told_who_said_stop(self, inbox, channel, comes, leaves):
        comes(inbox, said("STOP"))
        leaves()
        queued = [each for each in self.queue() if each.channel == "sms"]

        notices.take_on()
        leaves()

        assert [each.notice for each in channel.sent] == [False]
        db.session.refresh(queued[0])
        assert queued[0].status is NoticeStatus.FAILED

    def test_one_for_which_there_is_no_inbox_waits(self, inbox):
        self.queue()

        notices.take_on()

        waiting = [n for n in self.queue() if n.status is NoticeStatus.QUEUED]
        assert [each.channel for each in waiting] == ["email"]

    def test_one_that_no_inbox_took_while_it_was_news_counts_as_not_delivered(self, inbox):
        email, sms = sorted(self.queue(), key=lambda each: each.channel)
        notices.take_on()

        with clock.moved_to(DAY + notices.TOO_OLD - timedelta(seconds=1)):
            assert notices.give_up_old() == 0
        with clock.moved_to(DAY + notices.TOO_OLD):
            assert notices.give_up_old() == 1

        db.session.refresh(email)
        assert (email.status, sms.status) == (NoticeStatus.FAILED, NoticeStatus.LEAVING)


def test_the_pace_of_a_provider_is_kept_by_all_workers(
    redis_url, talk, channel, leaves, monkeypatch
):
    monkeypatch.setitem(pace.PER_SECOND, "sms", 0.001)
    pace.keep_in(redis_url)
    pace._plugged["redis"].delete(f"pace:{talk.inbox_id}")
    bot_says(talk, "uno", "1")
    bot_says(talk, "dos", "2")

    leaves()

    assert [each.text for each in channel.sent] == ["uno"]
    waiting = deliveries()[1]
    assert (waiting.attempts, waiting.due_at > clock.now() + timedelta(minutes=1)) == (0, True)


def test_without_redis_nobody_is_held_back(talk, channel, leaves):
    pace.keep_in("redis://127.0.0.1:9/0")
    bot_says(talk, "uno")

    assert leaves() == 1


def test_who_may_not_send_again(talk, channel, leaves):
    channel.trouble = [Undeliverable("gone")]
    bot_says(talk, "uno")
    leaves()
    (failed,) = deliveries()

    with pytest.raises(Forbidden):
        repairing.send_again([failed.id], by=agent())
    with pytest.raises(NotFound):
        repairing.send_again([failed.id], by=administrator(markets=("BR",)))
    with pytest.raises(NotFound):
        switching.send_again(failed.id, by=customer())
    failed.state = DeliveryState.SENT
    with pytest.raises(NothingToRepeat):
        repairing.queue_again(failed, by=administrator())
