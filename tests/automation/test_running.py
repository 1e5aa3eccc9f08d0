"""What rules do when something happens."""

from itertools import pairwise

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.automation import known, queries
from app.automation.errors import ChangedMeanwhile
from app.automation.models import Outcome, Rule
from app.automation.service import rules, running
from app.conversations.models import Conversation, Message, MessageKind
from app.conversations.service import canned
from app.conversations.service.messages import say
from app.core import db
from app.core.errors import Forbidden, NotFound
from app.core.outbox import OutboxEntry
from app.tickets import service as tickets
from app.tickets.models import Priority, Status, TicketTag, Topic
from tests.factories.actors import administrator, staff
from tests.factories.actors import customer as the_customer
from tests.factories.automation import content, rule, runs, work_off
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory

pytestmark = pytest.mark.long


def opened(subject="I was charged twice", topic=Topic.BILLING, **customer):
    """A ticket that is opened by the service, so that rules hear of it."""
    who = CustomerFactory(**customer)
    return tickets.open(by=administrator(), subject=subject, topic=topic, customer_id=who.id)


def tags_of(ticket):
    return set(db.session.scalars(select(TicketTag.tag).where(TicketTag.ticket_id == ticket.id)))


def test_a_rule_does_what_it_says_and_stands_in_the_trail():
    made = rule(
        actions=[
            {"kind": "set_priority", "value": "urgent"},
            {"kind": "add_tag", "value": "double-charge"},
        ],
        all=[("topic", "is", "billing"), ("subject", "contains", "charged twice")],
    )

    ticket = opened()
    work_off()

    assert ticket.priority is Priority.URGENT
    assert tags_of(ticket) == {"double-charge"}
    (run,) = runs()
    assert (run.outcome, [each["result"] for each in run.did]) == (Outcome.DONE, ["done", "done"])
    assert [each["field"] for each in run.why] == ["topic", "subject"]
    by_rule = db.session.scalars(select(AuditEntry).where(AuditEntry.actor_id == made.id)).all()
    assert {each.action for each in by_rule} == {"ticket.changed", "ticket.tagged", "rule.ran"}
    assert {each.actor_name for each in by_rule} == {"A rule"}


def test_what_its_conditions_leave_out_is_left_alone():
    rule(all=[("topic", "is", "technical")])
    rule(any=[("subject", "contains", "fibre"), ("language", "is", "pt")])
    rule(none=[("segment", "is", "consumer")])

    ticket = opened()
    work_off()

    assert tags_of(ticket) == set()
    assert runs() == []


def test_nothing_is_kept_of_what_no_rule_waits_for():
    rule("ticket.resolved")

    opened()

    kept = db.session.scalars(select(OutboxEntry.event)).all()
    assert not [each for each in kept if each.endswith("Happened")]


def test_rules_go_in_their_order_and_each_sees_what_the_one_before_did():
    tag = [{"kind": "add_tag", "value": "urgent"}]
    urgent = rule(actions=tag, all=[("priority", "is", "urgent")])
    rule(actions=[{"kind": "set_priority", "value": "urgent"}])

    first = opened()
    work_off()
    rules.move(urgent.id, up=False, by=administrator())
    second = opened()
    work_off()

    assert tags_of(first) == set()
    assert tags_of(second) == {"urgent"}


def test_a_failing_rule_keeps_no_other_from_its_work(monkeypatch):
    broken = rule()
    broken.content = {"nonsense": True}
    db.session.commit()
    refused = rule(actions=[{"kind": "wait"}])
    rule(actions=[{"kind": "add_tag", "value": "fine"}])

    ticket = opened()
    work_off()

    assert tags_of(ticket) == {"fine"}
    assert [each.outcome for each in runs(broken)] == [Outcome.FAILED]
    (run,) = runs(refused)
    assert (run.outcome, run.did[0]["code"]) == (Outcome.REFUSED, "ticket_not_open")
    assert ticket.status is Status.NEW


def test_what_one_action_refuses_leaves_nothing_and_the_next_goes_on():
    team = StaffFactory(disabled_at=None)
    rule(
        actions=[
            {"kind": "assign_agent", "value": team.email},
            {"kind": "add_tag", "value": "tried"},
        ]
    )
    team.markets = ["BR"]
    db.session.commit()

    ticket = opened()
    work_off()

    assert ticket.assignee_id is None
    assert tags_of(ticket) == {"tried"}
    assert [each.outcome for each in runs()] == [Outcome.PARTLY]


def test_a_rule_does_not_set_itself_off():
    rule("ticket.changed", [{"kind": "set_topic", "value": "sales"}], name="One")
    ticket = opened()

    tickets.change_priority(ticket.id, Priority.HIGH, by=administrator())
    work_off()

    assert ticket.topic is Topic.SALES
    assert len(runs()) == 1


def test_two_rules_that_undo_each_other_come_to_rest():
    rule(
        "ticket.changed", [{"kind": "set_topic", "value": "sales"}], all=[("topic", "is", "other")]
    )
    rule(
        "ticket.changed", [{"kind": "set_topic", "value": "other"}], all=[("topic", "is", "sales")]
    )
    ticket = opened()

    tickets.change_topic(ticket.id, Topic.SALES, by=administrator())
    work_off()

    assert len(runs()) <= running.DEEPEST
    assert ticket.topic in {Topic.SALES, Topic.OTHER}


def test_a_chain_of_rules_ends_and_says_so():
    """Seven rules, each set off by the one before; the last ones stand first."""
    topics = ["billing", "technical", "sales", "account", "other"]
    priorities = ["low", "normal", "high", "urgent"]
    steps = [("set_topic", "topic", *pair) for pair in pairwise(topics)]
    steps += [("set_priority", "priority", *pair) for pair in pairwise(priorities)]
    for kind, field, before, after in reversed(steps):
        asked = [(field, "is", before)]
        asked += [("topic", "is", "other")] if field == "priority" else []
        rule("ticket.changed", [{"kind": kind, "value": after}], all=asked)
    ticket = opened()

    tickets.change_priority(ticket.id, Priority.LOW, by=administrator())
    work_off()

    assert [each.depth for each in runs()] == [0, 1, 2, 3, 4, 5]
    assert runs()[-1].outcome is Outcome.STOPPED
    assert runs()[-1].did[0]["code"] == "chain_too_deep"
    assert (ticket.topic, ticket.priority) == (Topic.OTHER, Priority.NORMAL)


def test_a_rule_that_changes_one_ticket_too_often_stops_and_is_shown_as_such():
    made = rule(
        "ticket.changed", [{"kind": "set_topic", "value": "sales"}], all=[("topic", "is", "other")]
    )
    ticket = opened()

    for _ in range(running.MOST_AN_HOUR + 2):
        tickets.change_topic(ticket.id, Topic.OTHER, by=administrator())
        work_off()

    assert db.session.get(Rule, made.id).is_on is False
    assert made.stopped_why == ticket.reference
    assert ticket.topic is Topic.OTHER
    assert [each.outcome for each in runs()].count(Outcome.DONE) == running.MOST_AN_HOUR

    assert rules.switch(made.id, on=True, by=administrator()).stopped_why == ""


def test_the_same_thing_told_twice_is_done_once():
    rule(actions=[{"kind": "add_tag", "value": "once"}])
    happened = running.Happened("ticket.opened", "a key", opened().id, None)

    first, again = running.consider(happened), running.consider(happened)

    assert (len(first), len(again)) == (1, 0)


def test_a_customers_message_is_heard_with_or_without_a_ticket():
    rule("message.customer", all=[("message", "contains", "adios", "cancelar")])
    rule(
        "message.customer",
        [{"kind": "add_note", "text": "Wants to go: {ticket.reference}."}],
        all=[("message", "contains", "cancelar")],
    )
    ticket = TicketFactory()
    alone = ConversationFactory()

    for talk in (ticket.conversation_id, alone.id):
        found = db.session.get(Conversation, talk)
        say(talk, "Quiero CANCELÁR, ya", by=the_customer(found.customer_id), client_key="k")
    work_off()

    query = select(Message).where(Message.kind == MessageKind.NOTE).order_by(Message.id)
    notes = {each.conversation_id: each for each in db.session.scalars(query)}
    assert tags_of(ticket) == {"seen"}
    assert notes[ticket.conversation_id].body == f"Wants to go: {ticket.reference}."
    assert notes[alone.id].author_name == "A rule"
    by_ticket = {(each.ticket_id, each.outcome) for each in runs()}
    assert (None, Outcome.REFUSED) in by_ticket


def test_a_market_keeps_its_rules_to_itself():
    mexican, brazilian = MarketFactory(), MarketFactory(code="BR")
    rule(market="MX")
    rule(actions=[{"kind": "add_tag", "value": "everywhere"}])

    ours, theirs = opened(market=mexican), opened(market=brazilian)
    work_off()

    assert tags_of(ours) == {"seen", "everywhere"}
    assert tags_of(theirs) == {"everywhere"}


def test_nobody_writes_rules_for_others_markets():
    MarketFactory()
    mexican, agent = staff("supervisor", markets=["MX"]), staff("agent")
    for by, market in [(mexican, None), (mexican, "BR"), (agent, "MX")]:
        with pytest.raises(Forbidden):
            rules.add(content(market=market), by=by)
    everywhere = rule()

    rules.add(content(market="MX"), by=mexican)
    with pytest.raises(NotFound):
        rules.switch(everywhere.id, on=False, by=mexican)


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ({"all": [("topic", "is", "nonsense")]}, "there is no nonsense"),
        ({"all": [("colour", "is", "red")]}, "colour"),
        ({"all": [("topic", "contains", "bill")]}, "cannot be asked for"),
        ({"all": [("rating", "at_least", "many")]}, "whole number"),
        ({"all": [("topic", "is", "billing"), ("topic", "is", "sales")]}, "never all be so"),
        ({"all": [("rating", "at_least", "4"), ("rating", "at_most", "3")]}, "never all be so"),
        ({"all": [("topic", "is", "sales")], "none": [("topic", "is", "sales")]}, "must not be so"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(when, problem):
    with pytest.raises(rules.Wrong) as refused:
        rules.add(content(**when), by=administrator())

    assert problem in str(refused.value.message)
    assert runs() == []


def test_a_name_that_goes_away_later_is_shown_and_refused_when_it_runs():
    canned.write("bye", "es", title="Bye", body="Adiós", by=administrator())
    made = rule("ticket.changed", [{"kind": "send_reply", "value": "bye"}])
    ticket = TicketFactory()

    canned.remove("bye", by=administrator())
    tickets.change_priority(ticket.id, Priority.HIGH, by=administrator())
    work_off()

    assert "there is no bye" in queries.broken(made, known.look())[0]
    assert runs(made)[0].did[0]["code"] == "reply_is_gone"
    with pytest.raises(rules.Wrong):
        rules.switch(made.id, on=True, by=administrator())


def test_a_rule_goes_back_to_what_it_said_before():
    made = rule(actions=[{"kind": "add_tag", "value": "first"}])
    second = content(actions=[{"kind": "add_tag", "value": "second"}])
    rules.change(made.id, second, by=administrator(), seen=1)
    with pytest.raises(ChangedMeanwhile):
        rules.change(made.id, second, by=administrator(), seen=1)

    rules.go_back(made.id, 1, by=administrator())
    ticket = opened()
    work_off()

    assert (made.version, tags_of(ticket)) == (3, {"first"})


def test_a_hundred_happenings_that_ten_rules_wait_for_have_a_thousand_effects():
    for number in range(10):
        rule(actions=[{"kind": "add_tag", "value": f"seen-{number}"}])
    who = CustomerFactory()
    for _ in range(100):
        tickets.open(by=administrator(), subject="x", topic=Topic.SALES, customer_id=who.id)

    work_off()

    tagged = db.session.scalar(select(func.count()).select_from(TicketTag))
    assert (tagged, len(runs())) == (1000, 1000)


def test_colleagues_with_a_role_of_the_operators_own_are_given_tickets():
    night = StaffFactory(roles=["role:night"], custom_permissions=["tickets.accept"])
    rule(actions=[{"kind": "assign_agent", "value": night.email}])

    ticket = opened()
    work_off()

    assert ticket.assignee_id == night.id
