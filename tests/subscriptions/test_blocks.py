import pytest

from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid
from app.subscriptions import queries, service
from app.subscriptions.blocking import RULES
from app.subscriptions.errors import LineBlocked, LineDisconnected, LinePorted, NotThisBlock
from app.subscriptions.models import BlockEffect
from tests.factories.actors import administrator, agent, customer, staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import line_with_plan

pytestmark = pytest.mark.usefixtures("database")

# Who may place and who may lift, in the words of S4.6.
WHO = {
    "dunning": ("system", "system"),
    "plan_expired": ("system", "system"),
    "quota": ("system", "system"),
    "request": ("system customer agent supervisor administrator",) * 2,
    "lost": ("system agent supervisor administrator",) * 2,
    "stolen": ("system agent supervisor administrator",) * 2,
    "fraud": ("system agent supervisor administrator", "system supervisor administrator"),
    "court": ("system administrator",) * 2,
}


def people(line):
    return {
        "system": SYSTEM,
        "customer": customer(line.customer_id),
        "agent": agent(),
        "supervisor": staff("supervisor"),
        "administrator": administrator(),
    }


def test_the_table_of_reasons_is_complete():
    assert set(WHO) == set(RULES)


@pytest.mark.parametrize("reason", sorted(WHO))
def test_each_reason_is_placed_and_lifted_by_those_who_may(reason):
    line = line_with_plan()
    placers, lifters = (set(each.split()) for each in WHO[reason])

    for name, by in people(line).items():
        placed = _may(service.place_block, line.id, reason, "outgoing", by=by)
        service.place_block(line.id, reason, "outgoing", by=SYSTEM)
        lifted = _may(service.lift_block, line.id, reason, by=by)
        service.lift_block(line.id, reason, by=SYSTEM)
        assert (placed, lifted) == (name in placers, name in lifters), name


def _may(command, *args, **more):
    try:
        command(*args, **more)
    except NotThisBlock:
        return False
    return True


def test_a_reason_that_nobody_knows_is_refused():
    with pytest.raises(Invalid):
        service.place_block(line_with_plan().id, "because", "all", by=SYSTEM)


def test_the_strongest_in_force_wins_and_each_knows_who_placed_it():
    line = line_with_plan()
    service.place_block(line.id, "quota", "throttle", by=SYSTEM)
    service.place_block(line.id, "dunning:1", "outgoing", by=SYSTEM)
    service.place_block(line.id, "lost", "all", by=agent(name="Ana Ruiz"))

    assert queries.effect_in_force(line) is BlockEffect.ALL
    assert [each.placed_by for each in line.blocks] == ["Dialtone", "Dialtone", "Ana Ruiz"]
    lifted = service.lift_block(line.id, "lost", by=agent(name="Bruno"))
    assert (lifted.lifted_by, queries.effect_in_force(line)) == ("Bruno", BlockEffect.OUTGOING)


@pytest.mark.parametrize(
    ("left", "refusal", "rule"),
    [
        ("request", LineDisconnected, "request"),
        ("death", LineDisconnected, "death"),
        ("ported_out", LinePorted, "ported_out"),
    ],
)
def test_a_line_that_is_gone_refuses_every_command_and_says_why(left, refusal, rule):
    line, version, by = line_with_plan(), OfferVersionFactory(), administrator()
    line_id = line.id
    service.close_line(line_id, by=by, reason=left)
    commands = [
        lambda: service.change_plan(line_id, version.id, by=by, effect_key="a"),
        lambda: service.subscribe(line_id, version.id, by=by, effect_key="a"),
        lambda: service.add_add_on(line_id, version.id, by=by, effect_key="a"),
        lambda: service.place_block(line_id, "fraud", "all", by=by),
        lambda: service.replace_sim(line_id, by=by),
        lambda: service.set_cost_centre(line_id, "4711", by=by),
        lambda: service.report_missing(line_id, "lost", by=by),
        lambda: service.share_with(line_id, line_with_plan(account=line.account).id, by=by),
    ]

    for command in commands:
        with pytest.raises(refusal) as refused:
            command()
        assert refused.value.details == {"rule": rule}


def test_a_line_blocked_altogether_names_the_reason():
    line, version = line_with_plan(), OfferVersionFactory()
    line_id = line.id
    service.place_block(line_id, "court", "all", by=SYSTEM)

    with pytest.raises(LineBlocked) as refused:
        service.change_plan(line_id, version.id, by=administrator(), effect_key="a")

    assert refused.value.details == {"rule": "court"}


def test_who_lacks_the_permission_is_forbidden_whatever_the_reason():
    with pytest.raises(Forbidden):
        service.place_block(line_with_plan().id, "lost", "all", by=staff("auditor"))
