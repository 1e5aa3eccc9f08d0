"""Proposed, agreed to, done once: with the change of a plan, through the bot's door."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.audit.models import AuditEntry
from app.billing import listeners as billing
from app.core import clock, db, events
from app.selfservice.errors import ProposalUnderWay
from app.selfservice.models import Proposal
from app.selfservice.proposals import kinds
from app.selfservice.proposals.kind import Done
from app.subscriptions.events import PlanChanged
from app.subscriptions.queries import current_plan, lines_of
from app.usage import listeners as usage
from tests.api_bot.world import NOW, plans, prepaid_line, valeria
from tests.factories.conversations import ConversationFactory

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def november():
    with clock.moved_to(NOW):
        yield


@pytest.fixture(autouse=True)
def plan_changes_count():
    """Usage and billing hear of plan changes, as they do in the application."""
    tables = events._tables
    before = tables.in_transaction
    tables.in_transaction = {
        **before,
        PlanChanged: [usage.plan_changed, billing.charge_plan_change],
    }
    yield
    tables.in_transaction = before


def propose(door, hers, offer_code="max-unlimited", *, line=None, language="en"):
    wanted = {"line_id": str((line or hers.line).id), "offer_code": offer_code}
    return door(hers.talk, language).post("proposals", kind="change_plan", wanted=wanted)


def accept(door, hers, proposed, language="en"):
    proposal_id = proposed.json["proposal_id"]
    return door(hers.talk, language).post(f"proposals/{proposal_id}/accept")


def plan_of(hers):
    return current_plan(lines_of(hers.account.customer_id)[0]).version.offer.code


def test_a_plan_is_proposed_and_nothing_changes(door):
    hers = valeria(plans().plus, number="+525512345678")

    told = propose(door, hers).json

    assert told["title"] == "Max Unlimited"
    assert told["sentence"].startswith(
        "Max Unlimited for 55 1234 5678 costs MX$499.00 a month and starts today."
    )
    assert plan_of(hers) == "plus-20gb"


def test_what_is_accepted_is_done_once_and_told_again(door):
    hers = valeria(plans().plus, number="+525512345678")
    proposed = propose(door, hers)

    done, again = accept(door, hers, proposed), accept(door, hers, proposed, "es")

    assert done.json == {"sentence": "55 1234 5678 has Max Unlimited from today.", "custom": {}}
    assert again.json == done.json
    assert plan_of(hers) == "max-unlimited"
    assert len(lines_of(hers.account.customer_id)[0].subscriptions) == 2
    agreed = db.session.query(AuditEntry).filter_by(action="proposal.accepted").one()
    assert (agreed.actor_id, agreed.changes["kind"]) == (hers.account.customer_id, "change_plan")


@pytest.mark.parametrize(
    ("offer_code", "status", "code"),
    [
        ("plus-20gb", 409, "same_plan"),
        ("nothing-like-it", 404, "offer_not_available"),
        ("starter-pre", 404, "offer_not_available"),
    ],
)
def test_what_cannot_be_had_is_not_proposed(door, offer_code, status, code):
    hers = valeria(plans().plus)
    prepaid_line(hers)

    answer = propose(door, hers, offer_code)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert db.session.query(Proposal).count() == 0


def test_an_unknown_kind_is_not_found(door):
    answer = door(valeria().talk).post("proposals", kind="give_me_money", wanted={})

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_a_proposal_expires(door):
    hers = valeria(plans().plus)
    proposed = propose(door, hers)

    with clock.moved_to(NOW + timedelta(minutes=10)):
        answer = accept(door, hers, proposed)

    assert (answer.status_code, answer.json["code"]) == (409, "proposal_expired")
    assert plan_of(hers) == "plus-20gb"


def test_what_was_done_is_told_even_after_its_time(door):
    hers = valeria(plans().plus)
    proposed = propose(door, hers)
    done = accept(door, hers, proposed)

    with clock.moved_to(NOW + timedelta(hours=1)):
        assert accept(door, hers, proposed).json == done.json


def test_a_plan_changed_elsewhere_makes_a_proposal_outdated(door):
    hers = valeria(plans().plus)
    first, second = propose(door, hers), propose(door, hers, "starter-5gb")
    accept(door, hers, first)

    answer = accept(door, hers, second)

    assert (answer.status_code, answer.json["code"]) == (409, "proposal_outdated")
    assert plan_of(hers) == "max-unlimited"


def test_anothers_proposal_and_line_are_not_found(door):
    offered = plans()
    hers, strangers = valeria(offered.plus), valeria(offered.plus)
    proposed = propose(door, strangers)

    accepted = accept(door, hers, proposed)
    asked = propose(door, hers, line=strangers.line)

    assert (accepted.status_code, asked.status_code) == (404, 404)
    assert plan_of(strangers) == "plus-20gb"


def test_her_own_proposal_of_another_conversation_is_not_found(door):
    hers = valeria(plans().plus)
    proposed = propose(door, hers)
    other = ConversationFactory(customer=hers.account.customer)

    answer = door(other).post(f"proposals/{proposed.json['proposal_id']}/accept")

    assert (answer.status_code, plan_of(hers)) == (404, "plus-20gb")


class Gateway(kinds.ChangePlan):
    """Waits for somebody outside, and breaks down right after he did it."""

    asks_outside = True
    done: set

    def __init__(self, breaks=False):
        self.done, self.breaks = set(), breaks

    def carry_out(self, asker, terms):
        self.done.add(terms["proposal_id"])
        if self.breaks:
            self.breaks = False
            raise ProposalUnderWay
        assert not db.session().info.get("in_transaction")
        return Done("Done.", {"kind": "payment_link", "url": "https://pay.example/1"})


def test_what_waits_for_somebody_outside_holds_no_transaction_and_is_known_when_repeated(
    door, monkeypatch
):
    gateway = Gateway(breaks=True)
    monkeypatch.setitem(kinds.KINDS, "change_plan", gateway)
    hers = valeria(plans().plus)
    proposed = propose(door, hers)

    broken, done, again = (accept(door, hers, proposed) for _ in range(3))

    assert broken.status_code == 409
    assert done.json == again.json
    assert done.json["custom"]["url"] == "https://pay.example/1"
    assert {UUID(each) for each in gateway.done} == {UUID(proposed.json["proposal_id"])}
