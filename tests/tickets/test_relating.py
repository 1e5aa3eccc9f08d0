"""Tickets and other tickets: parents, links, merging and splitting, and who follows."""

import pytest

from app.conversations.models import Conversation
from app.conversations.models import Status as ConversationStatus
from app.conversations.service.messages import say
from app.core import db
from app.core.errors import Invalid, NotFound
from app.tickets import casework, service
from app.tickets.errors import (
    AlreadyUndone,
    CannotMerge,
    CircularParent,
    NotTheSameCustomer,
    TicketIsMerged,
    TicketNotYours,
)
from app.tickets.events import TicketMerged, TicketUnmerged
from app.tickets.models import LinkKind, Status, Ticket, Topic
from app.tickets.service import merging, relating
from tests.factories import actors
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.tickets import TicketFactory
from tests.heard import heard


@pytest.fixture
def ana(database):
    return StaffFactory().as_actor()


def opened(ana, customer=None, subject="Router"):
    customer = customer or CustomerFactory()
    told = {"subject": subject, "topic": Topic.TECHNICAL, "customer_id": customer.id}
    return service.open(by=ana, **told)


def taken(ana, **more):
    ticket = opened(ana, **more)
    service.accept(ticket.id, by=ana)
    return ticket


def test_no_ticket_is_above_itself(ana):
    top, middle, bottom = (opened(ana) for _ in range(3))
    service.set_parent(middle.id, top.id, by=ana)
    service.set_parent(bottom.id, middle.id, by=ana)

    for parent, child in ((bottom, top), (top, top)):
        with pytest.raises(CircularParent):
            service.set_parent(child.id, parent.id, by=ana)

    assert [each.id for each in casework.children_of(top.id)] == [middle.id]


def test_two_who_put_each_other_below_the_other_leave_no_circle(committing, in_parallel):
    ana = StaffFactory().as_actor()
    pair = [opened(ana).id for _ in range(2)]

    answers = in_parallel(
        lambda ids: service.set_parent(*ids, by=ana), [tuple(pair), tuple(reversed(pair))]
    )

    assert sorted(type(each).__name__ for each in answers) == ["CircularParent", "Ticket"]


def test_solving_the_parent_may_solve_what_is_below(ana):
    parent, left, right = (taken(ana) for _ in range(3))
    service.set_parent(left.id, parent.id, by=ana)
    service.resolve(right.id, by=ana, resolution="By itself")
    service.set_parent(right.id, parent.id, by=ana)

    service.resolve(parent.id, by=ana, resolution="Mast repaired", with_children=True)

    assert (left.status, left.resolution) == (Status.RESOLVED, "Mast repaired")
    assert right.resolution == "By itself"


def test_links_are_seen_from_both_ends_and_made_once(ana):
    one, other = opened(ana), opened(ana)

    for _ in range(2):
        service.link(one.id, other.id, LinkKind.BLOCKS, by=ana)

    ((found, end),) = relating.links_of(other.id)
    assert (found.kind, end.id) == (LinkKind.BLOCKS, one.id)
    with pytest.raises(NotFound):
        service.unlink(opened(ana).id, found.id, by=ana)
    service.unlink(other.id, found.id, by=ana)
    assert relating.links_of(one.id) == []


def test_nothing_is_linked_with_itself_or_with_what_one_may_not_see(ana):
    ticket, far = opened(ana), opened(ana)
    brazilian = StaffFactory(markets=["BR"]).as_actor()

    with pytest.raises(Invalid):
        service.link(ticket.id, ticket.id, LinkKind.RELATES, by=ana)
    with pytest.raises(NotFound):
        service.link(ticket.id, far.id, LinkKind.RELATES, by=brazilian)


def test_merged_tickets_are_one_and_undone_they_are_two_as_before(ana):
    customer = CustomerFactory()
    kept, merged = taken(ana, customer=customer), taken(ana, customer=customer)
    service.follow(merged.id, by=ana)
    service.comment(merged.id, "Blinks red", by=ana)
    service.log_time(merged.id, 5, by=ana)

    with heard(TicketMerged) as said:
        made = service.merge(kept.id, merged.id, by=ana)
    service.comment(kept.id, "After", by=ana)

    assert (said[0].ticket_id, said[0].merged_id) == (kept.id, merged.id)
    assert (merged.status, merged.merged_into_id) == (Status.CLOSED, kept.id)
    assert [each.body for each in casework.comments_of(kept.id)] == ["Blinks red", "After"]
    with pytest.raises(TicketIsMerged):
        service.reopen(merged.id, by=ana)

    with pytest.raises(NotFound):
        service.undo_merge(opened(ana).id, made.id, by=ana)
    with heard(TicketUnmerged):
        service.undo_merge(kept.id, made.id, by=ana)

    assert (merged.status, merged.merged_into_id, merged.resolved_at) == (Status.OPEN, None, None)
    assert [each.body for each in casework.comments_of(kept.id)] == ["After"]
    assert [each.body for each in casework.comments_of(merged.id)] == ["Blinks red"]
    assert [each.minutes for each in casework.times_of(merged.id)] == [5]
    assert casework.followers_of(kept.id) == []
    with pytest.raises(AlreadyUndone):
        service.undo_merge(kept.id, made.id, by=ana)


def test_tickets_of_two_customers_are_never_merged(ana):
    mine, foreign = opened(ana), opened(ana)
    strangers = [
        TicketFactory(talk=ConversationFactory(anonymous=True, waiting=True)) for _ in range(2)
    ]

    for pair in ((mine, foreign), strangers):
        with pytest.raises(NotTheSameCustomer):
            service.merge(pair[0].id, pair[1].id, by=ana)

    assert foreign.merged_into_id is None


def test_what_is_done_is_not_merged(ana):
    customer = CustomerFactory()
    kept, done = taken(ana, customer=customer), taken(ana, customer=customer)
    service.resolve(done.id, by=ana, resolution="Done")

    with pytest.raises(CannotMerge):
        service.merge(kept.id, done.id, by=ana)
    with pytest.raises(Invalid):
        service.merge(kept.id, kept.id, by=ana)


def test_of_two_who_merge_the_pair_both_ways_one_does(committing, in_parallel):
    ana, customer = StaffFactory().as_actor(), CustomerFactory()
    pair = [opened(ana, customer=customer).id for _ in range(2)]

    answers = in_parallel(
        lambda ids: service.merge(*ids, by=ana), [tuple(pair), tuple(reversed(pair))]
    )

    assert sorted(type(each).__name__ for each in answers) == ["CannotMerge", "Merge"]


def test_who_waits_in_the_merged_one_s_talk_gets_the_kept_one_s_owner(ana):
    customer = CustomerFactory()
    kept = TicketFactory(talk=ConversationFactory(customer=customer, waiting=True))
    merged = TicketFactory(talk=ConversationFactory(customer=customer, waiting=True))
    service.merge(kept.id, merged.id, by=ana)
    talk = db.session.get(Conversation, merged.conversation_id)
    assert talk.status is ConversationStatus.WAITING

    service.accept(kept.id, by=ana)
    assert (talk.status, talk.assignee_id) == (ConversationStatus.OPEN, ana.id)

    service.resolve(kept.id, by=ana, resolution="Done")
    assert talk.status is ConversationStatus.RESOLVED


def test_only_who_may_put_the_ticket_in_order_takes_it_apart_again(ana):
    customer, beto = CustomerFactory(), StaffFactory().as_actor()
    kept, merged = taken(ana, customer=customer), opened(ana, customer=customer)
    made = service.merge(kept.id, merged.id, by=ana)

    with pytest.raises(TicketNotYours):
        service.undo_merge(kept.id, made.id, by=beto)

    assert merged.status is Status.CLOSED
    service.resolve(kept.id, by=ana, resolution="Done")
    service.undo_merge(kept.id, made.id, by=ana)
    assert merged.is_open


def test_the_talks_of_merged_tickets_go_where_the_kept_one_goes(ana):
    customer, beto = CustomerFactory(), StaffFactory().as_actor()
    kept, merged = (
        TicketFactory(talk=ConversationFactory(customer=customer, waiting=True)) for _ in range(2)
    )
    made = service.merge(kept.id, merged.id, by=ana)
    service.accept(kept.id, by=ana)
    talk = db.session.get(Conversation, merged.conversation_id)

    service.transfer(kept.id, beto.id, by=ana)
    assert talk.assignee_id == beto.id
    service.undo_merge(kept.id, made.id, by=beto)
    assert (merged.status, merged.assignee_id) == (Status.OPEN, beto.id)

    service.merge(kept.id, merged.id, by=beto)
    service.transfer(kept.id, None, by=beto)
    assert (talk.status, talk.assignee_id) == (ConversationStatus.WAITING, None)


def test_the_children_of_others_are_solved_with_the_parent(ana):
    talking = TicketFactory()
    service.accept(talking.id, by=StaffFactory().as_actor())
    parent = taken(ana)
    talking.parent_id = parent.id
    db.session.commit()

    service.resolve(parent.id, by=ana, resolution="Repaired", with_children=True)

    assert talking.status is Status.RESOLVED
    assert talking.conversation.status is ConversationStatus.RESOLVED


def test_what_she_writes_on_the_merged_one_is_on_the_one_that_stayed(ana):
    customer = CustomerFactory()
    kept, merged = taken(ana, customer=customer), taken(ana, customer=customer)
    service.merge(kept.id, merged.id, by=ana)

    service.comment(merged.id, "And now?", by=actors.customer(id=customer.id))

    assert [each.body for each in casework.comments_of(kept.id)] == ["And now?"]


def test_the_second_matter_gets_a_ticket_of_its_own(ana):
    ticket = taken(ana)
    service.comment(ticket.id, "Router is slow", by=ana)
    second = service.comment(ticket.id, "And the bill is wrong", by=ana)
    service.comment(ticket.id, "By ten pesos", by=ana)

    new = service.split(ticket.id, "The bill", by=ana, from_comment=second.id)

    assert (new.customer_id, new.status, new.subject) == (
        ticket.customer_id,
        Status.NEW,
        "The bill",
    )
    assert [each.body for each in casework.comments_of(ticket.id)] == ["Router is slow"]
    assert [each.body for each in casework.comments_of(new.id)] == [
        "And the bill is wrong",
        "By ten pesos",
    ]
    assert [found.kind for found, _ in relating.links_of(ticket.id)] == [LinkKind.SPLIT]
    with pytest.raises(NotFound):
        service.split(ticket.id, "Again", by=ana, from_comment=second.id)


def test_messages_from_one_on_are_copied_and_stay_where_they_were_said(ana):
    ticket = TicketFactory()
    customer = actors.customer(id=ticket.customer_id)
    service.accept(ticket.id, by=ana)
    say(ticket.conversation_id, "Sin señal", by=customer, client_key="a")
    point = say(ticket.conversation_id, "Y otra cosa: mi factura", by=customer, client_key="b")
    say(ticket.conversation_id, "¿Qué factura?", by=ana, client_key="c")

    new = service.split(ticket.id, "Factura", by=ana, from_message=point.seq)

    said = casework.comments_of(new.id)
    assert [(each.author_kind, each.public) for each in said] == [
        ("customer", True),
        ("agent", True),
    ]
    assert said[0].message_id == point.id
    assert new.conversation_id is None


def test_followers_are_told_what_others_do(ana):
    ticket, beto = taken(ana), StaffFactory().as_actor()
    service.follow(ticket.id, by=beto)
    service.follow(ticket.id, by=beto)

    service.comment(ticket.id, "Found it", by=ana)
    service.comment(ticket.id, "Good", by=beto)
    service.set_pending(ticket.id, by=ana)

    (piece,) = casework.news_for(beto)
    assert (piece.ticket.id, piece.count, piece.what) == (ticket.id, 2, "TicketChanged")
    assert casework.news_for(ana) == []
    service.read_news(by=beto, ticket_id=ticket.id)
    assert casework.news_for(beto) == []
    service.unfollow(ticket.id, by=beto)
    service.comment(ticket.id, "More", by=ana)
    assert casework.news_for(beto) == []


def test_a_ticket_that_is_gone_for_her_market_is_not_followed(ana):
    ticket = opened(ana)

    with pytest.raises(NotFound):
        service.follow(ticket.id, by=StaffFactory(markets=["BR"]).as_actor())

    assert db.session.get(Ticket, ticket.id) is not None


def test_merges_are_listed_until_they_are_undone(ana):
    customer = CustomerFactory()
    kept, merged = opened(ana, customer=customer), opened(ana, customer=customer)
    made = service.merge(kept.id, merged.id, by=ana)

    assert [each.id for _, each in merging.merges_of(kept.id)] == [merged.id]
    service.undo_merge(kept.id, made.id, by=ana)
    assert merging.merges_of(kept.id) == []


def test_what_was_merged_before_goes_along_and_comes_back_with_what_it_was_part_of(ana):
    customer = CustomerFactory()
    first, second, third = (taken(ana, customer=customer) for _ in range(3))
    service.comment(first.id, "First", by=ana)
    service.comment(second.id, "Second", by=ana)
    inner = service.merge(second.id, first.id, by=ana)
    outer = service.merge(third.id, second.id, by=ana)
    service.comment(first.id, "And now?", by=actors.customer(id=customer.id))

    said = [each.body for each in casework.comments_of(third.id)]
    assert said == ["First", "Second", "And now?"]
    assert {each.id for _, each in merging.merges_of(third.id)} == {first.id, second.id}

    service.undo_merge(outer.kept_id, outer.id, by=ana)
    assert first.merged_into_id == second.id
    assert [each.body for each in casework.comments_of(second.id)] == ["First", "Second"]
    service.undo_merge(inner.kept_id, inner.id, by=ana)
    assert [each.body for each in casework.comments_of(first.id)] == ["First"]
    assert [each.body for each in casework.comments_of(third.id)] == ["And now?"]


def test_one_is_taken_out_again_of_the_ticket_that_all_became_part_of(ana):
    customer = CustomerFactory()
    first, second, third = (taken(ana, customer=customer) for _ in range(3))
    service.comment(first.id, "First", by=ana)
    inner = service.merge(second.id, first.id, by=ana)
    outer = service.merge(third.id, second.id, by=ana)

    service.undo_merge(inner.kept_id, inner.id, by=ana)
    assert (first.merged_into_id, second.merged_into_id) == (None, third.id)
    assert [each.body for each in casework.comments_of(first.id)] == ["First"]
    service.undo_merge(outer.kept_id, outer.id, by=ana)

    assert (first.merged_into_id, second.merged_into_id) == (None, None)
    assert [each.body for each in casework.comments_of(first.id)] == ["First"]


def test_news_of_markets_that_she_no_longer_sees_are_told_no_more(ana):
    ticket, lucia = taken(ana), StaffFactory(markets=["MX", "BR"])
    service.follow(ticket.id, by=lucia.as_actor())
    service.comment(ticket.id, "Found it", by=ana)
    assert len(casework.news_for(lucia.as_actor())) == 1

    lucia.markets = ["BR"]

    assert casework.news_for(lucia.as_actor()) == []
