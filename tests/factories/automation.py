"""Rules for tests, and working off what was noticed."""

from sqlalchemy import select

from app.automation import watching
from app.automation.definition import RuleContent
from app.automation.models import Rule, Run
from app.automation.service import rules
from app.core import db, events, outbox
from app.core.outbox import OutboxEntry
from tests.factories.actors import administrator

TAG = [{"kind": "add_tag", "value": "seen"}]


def content(trigger="ticket.opened", actions=TAG, *, name="A rule", minutes=0, market=None, **when):
    """`content(all=[("topic", "is", "billing")])`."""
    conditions = {
        group: [
            {"field": field, "operator": operator, "values": values}
            for field, operator, *values in asked
        ]
        for group, asked in when.items()
    }
    return RuleContent.model_validate(
        {
            "name": name,
            "market": market,
            "trigger": trigger,
            "minutes": minutes,
            "when": conditions,
            "actions": actions,
        }
    )


def rule(*args, is_on=True, **more) -> Rule:
    made = rules.add(content(*args, **more), by=administrator(), is_on=is_on)
    watching.look_again()
    return made


def work_off(most=100):
    """As workers do, until nothing is due. Errands are left alone."""
    for _ in range(most):
        due = [
            each.id
            for each in db.session.scalars(select(OutboxEntry).where(OutboxEntry.attempts == 0))
            if not events.is_errand(each.listener)
        ]
        if not due:
            return
        for entry_id in sorted(due):
            outbox.run_in_transaction(entry_id, events.deliver)
    raise AssertionError("it never ends")


def runs(of=None):
    query = select(Run).order_by(Run.id)
    return list(db.session.scalars(query.where(Run.rule_id == of.id) if of else query))
