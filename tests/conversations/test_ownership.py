import pytest

from app.conversations import queries
from app.conversations.errors import (
    AlreadyRated,
    AlreadyResolved,
    NotResolved,
    NotYourConversation,
)
from app.conversations.events import ConversationRated, ConversationResolved, MessagesRead
from app.conversations.models import Availability, Status
from app.conversations.service import ownership, reading
from app.conversations.service.messages import say
from app.core.errors import Forbidden, Invalid, NotFound
from tests.factories import actors
from tests.factories.conversations import ConversationFactory
from tests.factories.identity import StaffFactory
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("database")


def owner(conversation):
    return conversation.assignee.as_actor()


def writer(conversation):
    return actors.customer(id=conversation.customer_id)


def test_the_owner_resolves_and_reopens():
    conversation = ConversationFactory(open=True)
    by = owner(conversation)

    with heard(ConversationResolved) as said:
        ownership.resolve(conversation.id, by=by)
    with pytest.raises(AlreadyResolved):
        ownership.resolve(conversation.id, by=by)
    assert conversation.status is Status.RESOLVED
    assert said[0].staff_id == by.id

    ownership.reopen(conversation.id, by=by)
    assert (conversation.status, conversation.assignee_id) == (Status.OPEN, by.id)
    with pytest.raises(NotResolved):
        ownership.reopen(conversation.id, by=by)


def test_a_colleague_cannot_resolve_or_release_it():
    conversation = ConversationFactory(open=True)
    manager = StaffFactory(manager=True).as_actor()

    with pytest.raises(NotFound):
        ownership.resolve(conversation.id, by=StaffFactory().as_actor())
    with pytest.raises(NotYourConversation):
        ownership.resolve(conversation.id, by=writer(conversation))
    ownership.release(conversation.id, by=manager)

    assert (conversation.status, conversation.assignee_id) == (Status.WAITING, None)


def test_a_customer_rates_each_resolution_once():
    conversation = ConversationFactory(open=True)
    by, ana = writer(conversation), owner(conversation)

    with pytest.raises(NotResolved):
        ownership.rate(conversation.id, 5, by=by)
    ownership.resolve(conversation.id, by=ana)
    with heard(ConversationRated) as said:
        ownership.rate(conversation.id, 4, " Muy bien ", by=by)
    with pytest.raises(AlreadyRated):
        ownership.rate(conversation.id, 1, by=by)

    assert (conversation.rating, conversation.rating_comment) == (4, "Muy bien")
    assert (said[0].staff_id, said[0].score) == (ana.id, 4)

    ownership.reopen(conversation.id, by=ana)
    ownership.resolve(conversation.id, by=ana)
    ownership.rate(conversation.id, 5, by=by)
    assert conversation.rating == 5


@pytest.mark.parametrize("score", [0, 6, "5", None, True, 4.5])
def test_a_senseless_score_is_refused(score):
    conversation = ConversationFactory(open=True, status=Status.RESOLVED)

    with pytest.raises(Invalid):
        ownership.rate(conversation.id, score, by=writer(conversation))


def test_staff_do_not_rate_themselves():
    conversation = ConversationFactory(open=True)
    ownership.resolve(conversation.id, by=owner(conversation))

    with pytest.raises(Forbidden):
        ownership.rate(conversation.id, 5, by=owner(conversation))


def test_reading_goes_forward_only_and_not_beyond_the_end():
    conversation = ConversationFactory(open=True)
    for n in range(3):
        say(conversation.id, "Hola", by=owner(conversation), client_key=f"k{n}")
    by = writer(conversation)

    with heard(MessagesRead) as said:
        reading.mark_read(conversation.id, 2, by=by)
        reading.mark_read(conversation.id, 1, by=by)
        reading.mark_read(conversation.id, 99, by=by)
        reading.mark_read(conversation.id, 3, by=StaffFactory(supervisor=True).as_actor())

    assert [(each.reader, each.seq) for each in said] == [("customer", 2), ("customer", 3)]
    assert conversation.customer_read_seq == 3
    with pytest.raises(Invalid):
        reading.mark_read(conversation.id, -1, by=by)


def test_agents_say_whether_they_are_there():
    ana, beto = StaffFactory(), StaffFactory()

    ownership.set_availability(ana.id, Availability.AVAILABLE, by=ana.as_actor())
    since = ownership.set_availability(ana.id, Availability.AVAILABLE, by=ana.as_actor()).since

    assert queries.availability_of(ana.id) is Availability.AVAILABLE
    assert queries.availability_of(beto.id) is Availability.OFFLINE
    with pytest.raises(Forbidden):
        ownership.set_availability(beto.id, Availability.BREAK, by=ana.as_actor())
    state = ownership.set_availability(ana.id, Availability.BREAK, by=ana.as_actor())
    assert state.since > since
