import pytest
from sqlalchemy import func, select

from app.conversations.models import Conversation, Message
from app.conversations.service.messages import say
from app.core import db
from app.core.actor import BOT
from app.messaging.models import CallStatus, Delivery, DeliveryState, ProviderCall
from app.messaging.service import inboxes, intake, sending, understanding
from tests.factories.actors import administrator
from tests.fakes import SECRET, call_of, receipt, said
from tests.messaging.conftest import inbox_of

pytestmark = pytest.mark.usefixtures("committed", "channel")


def kept(inbox, *told):
    call_id = intake.keep(intake.door_of(inbox.key), call_of(*told))
    db.session.remove()
    return call_id


def count(what):
    return db.session.scalar(select(func.count()).select_from(what))


def test_a_hundred_copies_read_at_once_have_one_effect(in_parallel):
    inbox = inbox_of()
    calls = [kept(inbox, said("Hola")) for _ in range(100)]

    answers = in_parallel(understanding.read, calls)

    assert answers == [True] * 100
    assert (count(Message), count(Conversation)) == (1, 1)
    done = select(func.count()).where(ProviderCall.status == CallStatus.DONE)
    assert db.session.scalar(done) == 100


def test_a_strangers_first_words_at_once_begin_one_conversation(in_parallel):
    inbox = inbox_of()
    calls = [kept(inbox, said(f"{n}", provider_id=f"m{n}")) for n in range(20)]

    in_parallel(understanding.read, calls)

    assert (count(Message), count(Conversation)) == (20, 1)


def test_two_workers_send_one_lane_once_and_in_order(in_parallel, channel):
    inbox = inbox_of()
    understanding.read(kept(inbox, said("Hola")))
    talk = db.session.scalars(select(Conversation)).one()
    for n in range(10):
        say(talk.id, f"{n}", by=BOT, client_key=f"k{n}")
    (lane,) = sending.lanes_due()
    db.session.remove()

    in_parallel(lambda _: sending.send_lane(lane), range(4))
    sending.send_lane(lane)

    assert [each.text for each in channel.sent] == [f"{n}" for n in range(10)]


def test_of_two_inboxes_that_want_one_address_at_once_one_gets_it(in_parallel):
    ids = [inbox_of(address=f"+52550000000{n}").id for n in range(8)]
    db.session.remove()

    def set_up(inbox_id):
        inboxes.set_up(
            inbox_id,
            by=administrator(),
            name="Aurora",
            address="+525500000009",
            language="es",
            settings={"account": "AC1", "secret": SECRET},
            weekly={},
            bot_on=True,
            sandbox=False,
        )

    answers = in_parallel(set_up, ids)

    assert sorted(type(each).__name__ for each in answers) == ["AddressInUse"] * 7 + ["NoneType"]


def test_a_receipt_that_races_with_its_sending_is_not_lost(in_parallel, channel):
    inbox = inbox_of()
    understanding.read(kept(inbox, said("Hola")))
    talk = db.session.scalars(select(Conversation)).one()
    for n in range(10):
        say(talk.id, f"{n}", by=BOT, client_key=f"k{n}")
    (lane,) = sending.lanes_due()
    keys = [each.key for each in db.session.scalars(select(Delivery))]
    calls = [kept(inbox, receipt("delivered", f"out-{key}")) for key in keys]

    in_parallel(
        lambda job: sending.send_lane(lane) if job is None else understanding.read(job),
        [None, *calls],
    )
    sending.send_lane(lane)

    states = {each.state for each in db.session.scalars(select(Delivery))}
    assert states == {DeliveryState.DELIVERED}
