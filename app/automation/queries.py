"""Reads for the screens of automation."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.automation import checking, seeing
from app.automation.definition import content_of
from app.automation.known import Known
from app.automation.models import Outcome, Rule, Run
from app.core import clock, db
from app.core.actor import Actor
from app.core.i18n import gettext as _
from app.core.pages import Page, newest_first
from app.core.reach import in_markets_of
from app.tickets.models import Ticket

_PAGE = 50


def rules(by: Actor) -> Sequence[Rule]:
    """In their order."""
    by.must("automation.manage")
    query = select(Rule).where(seeing.shown_rules(by)).order_by(Rule.position, Rule.id)
    return db.session.scalars(query).all()


def broken(rule: Rule, known: Known) -> list[str]:
    """What it names that is gone meanwhile, in words; empty for a rule that can do what it says."""
    try:
        return checking.gone(content_of(rule.content), known)
    except ValueError:
        return [_("This rule cannot be read any more.")]


def counts(rule_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[Outcome, int]]:
    """What came of each rule in the last day. One statement."""
    query = (
        select(Run.rule_id, Run.outcome, func.count())
        .where(Run.rule_id.in_(rule_ids), Run.at > clock.now() - timedelta(days=1))
        .group_by(Run.rule_id, Run.outcome)
    )
    found: dict[UUID, dict[Outcome, int]] = {}
    for rule_id, outcome, count in db.session.execute(query):
        found.setdefault(rule_id, {})[outcome] = count
    return found


def runs(
    by: Actor, *, rule_id: UUID | None = None, reference: str = "", after: str | None = None
) -> Page[Run]:
    """The latest first, of the actor's markets."""
    by.must("automation.manage")
    query = select(Run).where(in_markets_of(by, Run.market_code)).options(joinedload(Run.rule))
    query = query.options(joinedload(Run.ticket))
    if rule_id is not None:
        query = query.where(Run.rule_id == rule_id)
    if reference:
        query = query.join(Ticket, Ticket.id == Run.ticket_id)
        query = query.where(Ticket.reference == reference.upper())
    return newest_first(query, Run.id, after=after, size=_PAGE)
