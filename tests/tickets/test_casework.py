"""What is done to one ticket: what it is, how it is filled in, what is said, who sleeps."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.automation import listeners as automation
from app.automation.models import StaffNotice
from app.conversations.errors import CannotSeeThis
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.tickets import casework, field_values, mentions, queries, service, similarity
from app.tickets.errors import (
    FieldNotValid,
    FieldsMissing,
    ReasonNeeded,
    StatusDoesNotFit,
    TicketNotOpen,
    TicketNotYours,
)
from app.tickets.events import MentionedOnTicket, TicketChanged, TicketCommented, TicketWoken
from app.tickets.models import (
    Field,
    FieldKind,
    Level,
    Priority,
    Required,
    Status,
    Ticket,
    TicketType,
    TmfState,
    Topic,
)
from app.tickets.service import configuring
from tests.factories import actors
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("database")

BOSS = actors.staff("administrator")


def accepted(**more):
    ticket, ana = TicketFactory(**more), StaffFactory().as_actor()
    service.accept(ticket.id, by=ana)
    return ticket, ana


def without_talk(**more):
    """Opened and accepted by the agent who gets it."""
    customer, ana = CustomerFactory(), StaffFactory().as_actor()
    told = {"subject": "No signal at home", "topic": Topic.TECHNICAL, **more}
    ticket = service.open(by=ana, customer_id=customer.id, **told)
    service.accept(ticket.id, by=ana)
    return ticket, ana


def field(name, kind=FieldKind.TEXT, required=Required.NEVER, type_=TicketType.FAULT, choices=()):
    return configuring.add_field(
        type_, name, by=BOSS, kind=kind, choices=choices, required=required
    )


def test_impact_and_urgency_give_the_priority_and_with_it_the_promise():
    ticket, ana = accepted()

    with heard(TicketChanged) as said:
        service.assess(ticket.id, by=ana, impact=Level.HIGH, urgency=Level.HIGH)

    assert ticket.priority is Priority.URGENT
    assert ticket.resolve_by - ticket.created_at == timedelta(hours=4)
    assert set(said[0].changed) == {"impact", "urgency", "priority"}
    assert (said[0].type, said[0].by_id) == ("request", ana.id)


def test_another_priority_than_the_matrix_gives_wants_a_reason_and_stays():
    ticket, ana = accepted()
    service.assess(ticket.id, by=ana, impact=Level.LOW, urgency=Level.LOW)

    with pytest.raises(ReasonNeeded):
        service.change_priority(ticket.id, Priority.HIGH, by=ana)
    service.change_priority(ticket.id, Priority.HIGH, by=ana, reason="The mayor")
    service.assess(ticket.id, by=ana, impact=Level.MEDIUM, urgency=Level.LOW)

    assert (ticket.priority, ticket.priority_reason) == (Priority.HIGH, "The mayor")
    service.change_priority(ticket.id, Priority.LOW, by=ana)
    assert ticket.priority_reason == ""


def test_a_type_of_its_own_has_its_own_statuses():
    ticket, ana = without_talk()
    parts = configuring.add_status(
        TicketType.FAULT, "Waits for parts", by=BOSS, status=Status.OPEN, tmf_state=TmfState.HELD
    )

    with heard(TicketChanged) as said:
        service.set_status(ticket.id, parts.id, by=ana)
    assert (ticket.own_status.name, said[0].changed) == ("Waits for parts", ("status_id",))

    service.classify(ticket.id, by=ana, type_=TicketType.REQUEST)
    assert ticket.status_id is None
    with pytest.raises(NotFound):
        service.set_status(ticket.id, parts.id, by=ana)


def test_what_nobody_has_taken_does_not_wait_for_the_customer():
    asked = configuring.add_status(
        TicketType.REQUEST, "Asked her", by=BOSS, status=Status.PENDING, tmf_state=TmfState.PENDING
    )
    ticket, ana = TicketFactory(), StaffFactory().as_actor()

    with pytest.raises(StatusDoesNotFit):
        service.set_status(ticket.id, asked.id, by=ana)

    assert ticket.status is Status.NEW


def test_a_status_of_one_s_own_goes_when_the_ticket_moves_on():
    ticket, ana = without_talk()
    parts = configuring.add_status(
        TicketType.FAULT, "Waits for parts", by=BOSS, status=Status.OPEN, tmf_state=TmfState.HELD
    )
    service.set_status(ticket.id, parts.id, by=ana)

    service.set_pending(ticket.id, by=ana)

    assert (ticket.status, ticket.status_id) == (Status.PENDING, None)


def test_rejected_is_said_when_it_is_resolved():
    ticket, ana = without_talk()
    rejected = configuring.add_status(
        TicketType.FAULT, "Not ours", by=BOSS, status=Status.RESOLVED, tmf_state=TmfState.REJECTED
    )

    with pytest.raises(StatusDoesNotFit):
        service.set_status(ticket.id, rejected.id, by=ana)
    service.resolve(ticket.id, by=ana, resolution="Her own cable", status_id=rejected.id)

    assert (ticket.status, ticket.own_status.tmf_state) == (Status.RESOLVED, TmfState.REJECTED)


def test_answers_are_stored_typed_by_the_field_s_id():
    ticket, ana = without_talk()
    site = field("Site")
    count = field("Phones", FieldKind.NUMBER)
    seen = field("Seen on", FieldKind.DATE)
    device = field("Device", FieldKind.CHOICE, choices=["Router", "Phone"])
    lights = field("Lights", FieldKind.CHOICES, choices=["Red", "Green", "Blue"])
    inside = field("Indoors", FieldKind.YES_NO)

    answers = {
        site: " Puebla ",
        count: "2,50",
        seen: "2026-02-28",
        device: "Phone",
        lights: ["Blue", "Red"],
        inside: "no",
    }
    service.fill_fields(ticket.id, {str(k.id): v for k, v in answers.items()}, by=ana)

    assert db.session.get(Ticket, ticket.id).fields == {
        str(site.id): "Puebla",
        str(count.id): "2.50",
        str(seen.id): "2026-02-28",
        str(device.id): "Phone",
        str(lights.id): ["Red", "Blue"],
        str(inside.id): False,
    }
    service.fill_fields(ticket.id, {str(site.id): ""}, by=ana)
    assert str(site.id) not in ticket.fields
    assert len(ticket.fields) == 5


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (FieldKind.NUMBER, "many"),
        (FieldKind.NUMBER, "1e9"),
        (FieldKind.NUMBER, "٣"),
        (FieldKind.DATE, "2026-02-30"),
        (FieldKind.CHOICE, "Other"),
        (FieldKind.CHOICES, ["Router", "Other"]),
        (FieldKind.YES_NO, "maybe"),
        (FieldKind.TEXT, "x" * 1001),
        (FieldKind.TEXT, "a\0b"),
    ],
)
def test_what_is_no_answer_to_the_field_is_refused_by_its_name(kind, given):
    choices = ["Router"] if kind in {FieldKind.CHOICE, FieldKind.CHOICES} else []
    asked = Field(id=new_id(), name="Device", kind=kind, choices=choices)

    with pytest.raises(FieldNotValid) as refused:
        field_values.read(asked, given)

    assert "Device" in str(refused.value.message)


@given(st.text(), st.sampled_from(FieldKind))
def test_whatever_is_entered_is_read_or_refused(text, kind):
    asked = Field(id=new_id(), name="Any", kind=kind, choices=["a"])

    with suppress(FieldNotValid):
        field_values.read(asked, text)


def test_a_ticket_is_not_resolved_before_what_closing_needs_is_filled_in():
    ticket, ana = without_talk()
    cause, part = (field(name, required=Required.CLOSING) for name in ("Cause", "Part"))

    with pytest.raises(FieldsMissing) as refused:
        service.resolve(ticket.id, by=ana, resolution="Done")

    assert (refused.value.code, refused.value.status) == ("fields_missing", 422)
    assert refused.value.details == {"names": ["Cause", "Part"]}
    assert db.session.get(Ticket, ticket.id).status is Status.OPEN
    service.fill_fields(ticket.id, {str(cause.id): "Cable", str(part.id): "None"}, by=ana)
    service.resolve(ticket.id, by=ana, resolution="Done")


def test_a_no_is_an_answer():
    ticket, ana = without_talk()
    seen = field("Reproduced", FieldKind.YES_NO, Required.CLOSING)

    service.fill_fields(ticket.id, {str(seen.id): "no"}, by=ana)

    service.resolve(ticket.id, by=ana, resolution="Done")


def test_whoever_opens_one_by_hand_fills_in_what_opening_needs():
    customer, ana = CustomerFactory(), StaffFactory().as_actor()
    site = field("Site", required=Required.OPENING)
    told = {"subject": "Down", "topic": Topic.TECHNICAL, "customer_id": customer.id}

    with pytest.raises(FieldsMissing):
        service.open(by=ana, **told)

    assert service.open(by=ana, **told, fields={str(site.id): "A"}).fields == {str(site.id): "A"}
    assert service.open(by=SYSTEM, **told).fields == {}


def test_a_field_of_another_type_is_refused():
    ticket, ana = without_talk()
    other = field("Amount", type_=TicketType.COMPLAINT)

    with pytest.raises(Invalid):
        service.fill_fields(ticket.id, {str(other.id): "1"}, by=ana)


def test_a_ticket_without_a_talk_is_worked_fully_on_itself():
    ticket, ana = without_talk()
    beto = StaffFactory().as_actor()

    with heard(TicketCommented) as said:
        service.comment(ticket.id, "Mast 214 looks odd", by=ana)
        service.comment(ticket.id, "We are looking at it.", by=ana, public=True)
    service.log_time(ticket.id, 25, by=ana, note="Called the site")
    service.log_time(ticket.id, 5, by=beto)

    shown = casework.comments_of(ticket.id, public_only=True)
    assert [each.body for each in shown] == ["We are looking at it."]
    assert [each.public for each in said] == [False, True]
    assert sum(each.minutes for each in casework.times_of(ticket.id)) == 30


def test_the_same_comment_sent_twice_is_there_once():
    ticket, ana = without_talk()

    first = service.comment(ticket.id, "Noted", by=ana, client_key="k1")
    again = service.comment(ticket.id, "Noted", by=ana, client_key="k1")

    assert first.id == again.id
    assert len(casework.comments_of(ticket.id)) == 1


def test_the_customer_s_answer_is_public_and_takes_the_ticket_up_again():
    ticket, ana = without_talk()
    service.set_pending(ticket.id, by=ana)

    said = service.comment(ticket.id, "It works now", by=actors.customer(id=ticket.customer_id))

    assert said.public
    assert ticket.status is Status.OPEN
    with pytest.raises(NotFound):
        service.comment(ticket.id, "Mine?", by=actors.customer())


def test_her_answer_to_one_that_was_solved_reopens_it():
    ticket, ana = without_talk()
    service.resolve(ticket.id, by=ana, resolution="Done")

    service.comment(ticket.id, "No, it does not", by=actors.customer(id=ticket.customer_id))

    assert (ticket.status, ticket.assignee_id) == (Status.NEW, None)


def test_who_may_only_read_says_nothing():
    ticket, _ana = without_talk()

    with pytest.raises(Forbidden):
        service.comment(ticket.id, "Hm", by=actors.staff("auditor"))


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_time_spent_has_its_bounds(minutes):
    ticket, ana = without_talk()

    with pytest.raises(Invalid):
        service.log_time(ticket.id, minutes, by=ana)


def test_a_sleeping_ticket_is_in_no_list_until_its_moment():
    ticket, ana = accepted()
    waiting = TicketFactory()
    for each in (ticket, waiting):
        service.snooze(each.id, clock.now() + timedelta(hours=1), by=ana)

    assert queries.mine(ana) == []
    assert queries.queue(ana) == []
    assert service.wake_due(by=SYSTEM) == 0
    with clock.moved_to(clock.now() + timedelta(hours=1)), heard(TicketWoken) as said:
        assert service.wake_due(by=SYSTEM) == 2
    assert {each.ticket_id for each in said} == {ticket.id, waiting.id}
    assert [row.ticket_id for row in queries.mine(ana)] == [ticket.id]
    assert [row.ticket_id for row in queries.queue(ana)] == [waiting.id]


def test_the_customer_s_next_word_wakes_it():
    ticket, ana = accepted()
    service.snooze(ticket.id, clock.now() + timedelta(days=3), by=ana)

    customer = actors.customer(id=ticket.customer_id)
    say(ticket.conversation_id, "¿Hay novedades?", by=customer, client_key="a")

    db.session.refresh(ticket)
    assert ticket.snoozed_until is None


@pytest.mark.parametrize("away", [timedelta(0), timedelta(minutes=-1), timedelta(days=367)])
def test_nobody_sleeps_backwards_or_for_ever(away):
    ticket, ana = accepted()

    with clock.moved_to(clock.now()), pytest.raises(Invalid):
        service.snooze(ticket.id, clock.now() + away, by=ana)


def test_whose_ticket_it_is_puts_it_in_order_and_nobody_s_is_anybody_s():
    ticket, _ana = accepted()
    other = StaffFactory().as_actor()

    with pytest.raises(TicketNotYours):
        service.classify(ticket.id, by=other, type_=TicketType.COMPLAINT)
    service.classify(TicketFactory().id, by=other, type_=TicketType.COMPLAINT)
    service.classify(ticket.id, by=actors.staff("manager"), type_=TicketType.COMPLAINT)


def test_what_is_done_is_not_put_in_order_any_more():
    ticket, ana = without_talk()
    service.resolve(ticket.id, by=ana, resolution="Done")

    with pytest.raises(TicketNotOpen):
        service.set_due(ticket.id, clock.now(), by=ana)


def test_a_category_is_one_of_the_ticket_s_market():
    ticket, ana = without_talk()
    MarketFactory(brazil=True)
    here, there = (
        configuring.add_category(name, by=BOSS, market_code=code)
        for name, code in (("Red", "MX"), ("Rede", "BR"))
    )

    service.classify(ticket.id, by=ana, type_=TicketType.FAULT, category_id=here.id)
    with pytest.raises(NotFound):
        service.classify(ticket.id, by=ana, type_=TicketType.FAULT, category_id=there.id)

    assert ticket.category_id == here.id


def test_an_open_ticket_of_hers_about_the_same_is_suggested():
    ticket, ana = without_talk(subject="No signal at home since Monday")
    customer_id = ticket.customer_id

    def opened(subject):
        return service.open(by=ana, customer_id=customer_id, subject=subject, topic=Topic.TECHNICAL)

    same = opened("no signal at home, since monday!")
    opened("Question about the bill")
    done = opened("No signal at home since Monday")
    service.accept(done.id, by=ana)
    service.resolve(done.id, by=ana, resolution="Done")

    found = casework.alike(customer_id, ticket.subject, but=ticket.id)

    assert [each.id for each in found] == [same.id]
    with clock.moved_to(clock.now() + timedelta(days=15)):
        assert casework.alike(customer_id, ticket.subject) == []
    assert casework.alike(None, ticket.subject) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("No signal at home", "NO SIGNAL, at home", True),
        ("Sin señal en casa", "en casa sin señal", True),
        ("No signal at home", "Refund for March", False),
    ],
)
def test_the_same_words_are_the_same_matter(one, other, expected):
    assert similarity.alike(one, other) is expected


def test_whoever_is_mentioned_in_a_comment_is_told_once_in_her_language_without_its_words():
    ticket, ana = without_talk()
    lucia = StaffFactory(name="Lucía Mena", language="es")

    with heard(MentionedOnTicket) as told:
        for _again in range(2):
            service.comment(
                ticket.id, "@Lucía Mena mira", by=ana, client_key="k1", mentions=[lucia.id]
            )
    (event,) = told
    automation.colleague_mentioned(event)

    notice = db.session.scalars(select(StaffNotice)).one()
    assert (notice.staff_id, notice.ticket_id) == (lucia.id, ticket.id)
    assert ana.name in notice.text
    assert "mira" not in notice.text


def test_only_who_may_see_the_ticket_is_mentioned_and_only_among_us():
    ticket, ana = without_talk()
    lucia, far = StaffFactory(name="Lucía Mena"), StaffFactory(markets=["BR"])
    gone = StaffFactory(disabled_at=clock.now())

    assert lucia.id in {each.id for each in mentions.colleagues_of(ticket, but=ana)}
    for staff_id in (far.id, gone.id, ana.id, new_id()):
        assert staff_id not in {each.id for each in mentions.colleagues_of(ticket, but=ana)}
        with pytest.raises(CannotSeeThis):
            service.comment(ticket.id, "@x", by=ana, mentions=[lucia.id, staff_id])
    for more in ({"public": True}, {"by": actors.customer(id=ticket.customer_id)}):
        with pytest.raises(Invalid):
            service.comment(ticket.id, "@x", **{"by": ana, "mentions": [lucia.id], **more})
    assert casework.comments_of(ticket.id) == []
