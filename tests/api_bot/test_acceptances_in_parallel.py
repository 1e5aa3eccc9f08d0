"""The same yes many times at the same instant, each with a connection of its own."""

from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.conversations.models import Conversation
from app.core import clock, db
from app.core.errors import Refusal
from app.markets.queries import market
from app.selfservice.asker import Asker
from app.selfservice.models import Proposal
from app.selfservice.proposals import kinds
from app.selfservice.proposals.kind import Done
from app.selfservice.service import proposing
from app.subscriptions.models import Subscription
from tests.api_bot.world import NOW, plans, valeria

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture(autouse=True)
def november():
    with clock.moved_to(NOW):
        yield


def proposed():
    hers = valeria(plans().plus)
    wanted = {"line_id": str(hers.line.id), "offer_code": "max-unlimited"}
    by = Asker(hers.talk, market("MX"), "en")
    proposal = proposing.propose("change_plan", wanted, by=by)
    return SimpleNamespace(proposal_id=proposal.id, talk_id=hers.talk.id)


def accept_at_once(run, told, count=20):
    def accept(_):
        try:
            with clock.moved_to(NOW):
                talk = db.session.get_one(Conversation, told.talk_id)
                by = Asker(talk, market("MX"), "en")
                return proposing.accept(told.proposal_id, by=by).sentence
        except Refusal as refusal:
            return refusal.code
        finally:
            db.session.remove()

    return run(accept, range(count))


def counted(model, **found):
    return db.session.scalar(select(func.count()).select_from(model).filter_by(**found))


def test_many_acceptances_at_once_change_the_plan_once_and_all_hear_the_same(in_parallel):
    told = proposed()

    answers = set(accept_at_once(in_parallel, told))

    assert len(answers) == 1
    assert answers.pop().endswith("has Max Unlimited from today.")
    assert counted(Subscription) == 2
    assert counted(AuditEntry, action="proposal.accepted") == 1


class Gateway(kinds.ChangePlan):
    asks_outside = True

    def __init__(self):
        self.asked = []

    def carry_out(self, asker, terms):
        self.asked.append(terms["proposal_id"])
        return Done("Done.")


def test_somebody_outside_is_asked_once_by_many_acceptances_at_once(in_parallel, monkeypatch):
    gateway = Gateway()
    monkeypatch.setitem(kinds.KINDS, "change_plan", gateway)
    told = proposed()

    answers = set(accept_at_once(in_parallel, told))

    assert "Done." in answers
    assert answers <= {"Done.", "proposal_under_way"}
    assert gateway.asked == [str(told.proposal_id)]
    assert counted(Proposal, accepted_at=None) == 0
