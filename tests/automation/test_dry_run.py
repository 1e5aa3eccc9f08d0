"""A dry run tells what a rule would do, and does nothing."""

from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.automation import dry
from app.core import db
from app.tickets.models import Priority
from tests.factories.actors import administrator, staff
from tests.factories.automation import content
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory
from tests.statements import statements

URGENT = [
    {"kind": "set_priority", "value": "urgent"},
    {"kind": "notify", "value": "owner", "text": "x"},
]


def test_it_tells_what_would_match_and_change():
    bills = [TicketFactory(topic="billing") for _ in range(3)]
    bills[0].priority = Priority.URGENT
    TicketFactory(topic="sales")
    db.session.commit()
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))

    found = dry.dry_run(
        content(actions=URGENT[:1], all=[("topic", "is", "billing")]), by=administrator()
    )

    assert (found.looked_at, len(found.found), found.changing) == (4, 3, 2)
    told = {each.facts.ticket_id: each.changes for each in found.found}
    (change,) = told[bills[2].id]
    assert (change.what, change.before, change.after) == ("priority", "normal", "urgent")
    assert bills[1].priority is Priority.NORMAL
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_it_looks_at_the_last_ones_of_her_markets_alone():
    MarketFactory(code="BR")
    for _ in range(4):
        TicketFactory(market_code="BR")
        TicketFactory()

    assert dry.dry_run(content(), by=administrator(), size=5).looked_at == 5
    found = dry.dry_run(content(), by=staff("supervisor", markets=["MX"]))
    assert {each.facts.market_code for each in found.found} == {"MX"}


def test_five_hundred_cost_as_many_statements_as_five():
    for _ in range(5):
        TicketFactory()
    with statements(db.session) as few:
        dry.dry_run(content(), by=administrator())
    for _ in range(20):
        TicketFactory()

    with statements(db.session) as many:
        dry.dry_run(content(), by=administrator(), size=500)

    assert len(many) <= len(few)
