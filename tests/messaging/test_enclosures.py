"""Files of our own that go with a mail: attached to it, and there for another try until it came."""

import email
import email.policy
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.conversations.models import Inbox
from app.core import clock, db
from app.messaging.models import Delivery, DeliveryState, Enclosure
from app.messaging.service import enclosures, queueing, receipts, repairing, sending
from app.messaging.service.enclosures import Enclosed
from channels.port import ChannelDown, Receipt, State, Undeliverable
from tests.factories.actors import administrator
from tests.messaging.conftest import inbox_of
from tests.messaging.test_mail_by_imap import post  # noqa: F401 - a fixture

HERS = "sofia@aurora.example"
TABLE = Enclosed("Agents 2026-03-02.csv", "text/csv", "\ufeffAgent,Opened\r\nAna,2\r\n".encode())
PICTURE = Enclosed("a.bin", "application/octet-stream", bytes(range(256)) * 9)


@pytest.fixture
def channel(plugged):
    return plugged("email", subjects=True, longest=100_000)


@pytest.fixture
def mail(channel, listening):
    """A mail with two files waits to leave."""
    return queued(inbox_of("email"))


def queued(inbox):
    with db.transaction():
        made = queueing.queue_mail(
            inbox, HERS, "Agents", "Hers", language="en", enclosed=[TABLE, PICTURE]
        )
    return made.id


def leave(*, after=0):
    with clock.moved_to(clock.now() + timedelta(seconds=after)):
        return sum(sending.send_lane(lane) for lane in sending.lanes_due())


def state_of(mail):
    return db.session.get_one(Delivery, mail, populate_existing=True).state


def kept():
    return len(db.session.scalars(select(Enclosure.id)).all())


def attached(channel):
    return [(each.name, each.media_type, each.content) for each in channel.sent[-1].media]


def both():
    return [(each.name, each.media_type, each.content) for each in (TABLE, PICTURE)]


def test_they_are_attached_byte_by_byte_by_a_real_mail_server(app, post):  # noqa: F811
    inbox = db.session.scalars(select(Inbox)).one()
    queued(inbox)

    assert leave() == 1

    [(_, receivers, raw)] = post.taken
    sent = email.message_from_bytes(raw, policy=email.policy.default)
    assert receivers == [HERS]
    assert [
        (each.get_filename(), each.get_content_type(), each.get_payload(decode=True))
        for each in sent.iter_attachments()
    ] == both()


def told(mail, state):
    delivery = db.session.get_one(Delivery, mail)
    with db.transaction():
        receipts.note(delivery.inbox_id, Receipt(state, delivery.provider_id, code="bounce"))


def test_they_are_gone_once_the_mail_has_come(mail, channel):
    assert kept() == 2

    assert leave() == 1

    assert attached(channel) == both()
    assert (state_of(mail), kept()) == (DeliveryState.SENT, 2)
    told(mail, State.DELIVERED)
    assert kept() == 0


def test_where_nobody_tells_that_it_came_they_are_gone_once_it_would_have_come_back(mail, channel):
    leave()

    with clock.moved_to(clock.now() + timedelta(days=6)):
        assert enclosures.forget() == 0
    with clock.moved_to(clock.now() + timedelta(days=7, minutes=1)):
        assert enclosures.forget() == 2
    assert kept() == 0


def test_a_provider_that_was_away_gets_them_at_the_next_try(mail, channel):
    channel.trouble = [ChannelDown("away")]
    assert leave() == 0
    assert kept() == 2

    assert leave(after=60) == 1

    assert attached(channel) == both()


def test_what_failed_is_sent_again_with_them(mail, channel):
    channel.trouble = [Undeliverable("no", code="550")]
    leave()
    assert state_of(mail) is DeliveryState.FAILED

    assert repairing.send_again([mail], by=administrator()) == 1
    assert leave() == 1

    assert attached(channel) == both()


def test_what_failed_and_nobody_sent_again_loses_them_after_three_months(mail, channel):
    channel.trouble = [Undeliverable("no", code="550")]
    leave()

    with clock.moved_to(clock.now() + timedelta(days=89)):
        assert enclosures.forget() == 0
    with clock.moved_to(clock.now() + timedelta(days=90, minutes=1)):
        assert enclosures.forget() == 2
    assert kept() == 0


def test_what_waits_keeps_them_however_long(mail):
    with clock.moved_to(clock.now() + timedelta(days=900)):
        assert enclosures.forget() == 0


def test_what_was_taken_for_failed_and_came_after_all_keeps_none(mail, channel):
    channel.trouble = [Undeliverable("no", code="550")]
    leave()
    delivery = db.session.get_one(Delivery, mail)
    delivery.provider_id = "out-1"
    db.session.commit()

    with db.transaction():
        receipts.note(delivery.inbox_id, Receipt(State.DELIVERED, "out-1"))

    assert state_of(mail) is DeliveryState.DELIVERED
    assert kept() == 0


def test_a_mail_that_left_and_came_back_is_sent_again_with_them(mail, channel):
    leave()
    told(mail, State.FAILED)
    repairing.send_again([mail], by=administrator())

    assert leave() == 1

    assert len(channel.sent) == 2
    assert attached(channel) == both()


def test_a_mail_whose_files_are_gone_is_not_sent_again_without_them(mail, channel):
    leave()
    with clock.moved_to(clock.now() + timedelta(days=8)):
        enclosures.forget()
    told(mail, State.FAILED)
    repairing.send_again([mail], by=administrator())

    leave()

    assert len(channel.sent) == 1
    again = db.session.get_one(Delivery, mail, populate_existing=True)
    assert (again.state, again.code) == (DeliveryState.FAILED, "file_gone")


def test_they_go_with_their_delivery(mail):
    with db.transaction():
        db.session.execute(delete(Delivery).where(Delivery.id == mail))

    assert kept() == 0


def test_other_mails_of_ours_have_none(channel, listening):
    with db.transaction():
        queueing.queue_mail(inbox_of("email"), HERS, "Words", "Only words", language="en")
    leave()

    assert channel.sent[0].media == ()
