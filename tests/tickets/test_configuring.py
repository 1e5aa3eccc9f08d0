"""What an operator decides of its tickets: the tree, statuses, fields, priorities."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import db
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.tickets import priorities, setup
from app.tickets.errors import CategoryTaken, CircularParent, StateTaken, StatusDoesNotFit
from app.tickets.models import (
    Field,
    FieldKind,
    Level,
    Priority,
    Required,
    Status,
    TicketType,
    TmfState,
)
from app.tickets.service import configuring
from app.tickets.states import TMF_OF, WITHIN
from tests.factories import actors
from tests.factories.markets import MarketFactory

pytestmark = pytest.mark.usefixtures("database")

BOSS = actors.staff("administrator")


def add(name, parent=None, **more):
    return configuring.add_category(name, by=BOSS, parent_id=parent and parent.id, **more)


def test_categories_are_a_tree_and_each_market_sees_its_own_and_everybody_s():
    MarketFactory()
    MarketFactory(brazil=True)
    network = add("Network")
    add("Mobile", network)
    add("Fibre", network)
    add("Boleto", market_code="BR")

    mexican = [each.path for each in setup.tree(market_codes=["MX"])]

    assert mexican == ["Network", "Network › Fibre", "Network › Mobile"]
    assert "Boleto" in [each.path for each in setup.tree(market_codes=["BR"])]


def test_no_branch_is_put_below_itself():
    top = add("Network")
    below = add("Mobile", add("Radio", top))

    with pytest.raises(CircularParent):
        configuring.change_category(top.id, by=BOSS, name="Network", parent_id=below.id)

    assert top.parent_id is None


def test_a_name_stands_once_in_its_branch():
    top = add("Network")
    add("Mobile", top)

    with pytest.raises(CategoryTaken):
        add("Mobile", top)

    assert add("Mobile").parent_id is None


def test_what_is_taken_out_of_use_is_no_choice_any_more_with_all_below_it():
    top = add("Network")
    below = add("Mobile", top)

    configuring.change_category(top.id, by=BOSS, name="Network", parent_id=None, in_use=False)

    assert setup.tree() == []
    with pytest.raises(NotFound):
        setup.category_for("MX", top.id)
    assert setup.category_for("MX", below.id).id == below.id


def test_who_works_in_one_market_decides_for_that_market_alone():
    MarketFactory()
    MarketFactory(brazil=True)
    local = actors.staff("supervisor", markets=("BR",))
    theirs = add("Red")

    mine = configuring.add_category("Boleto", by=local, market_code="BR")

    assert mine.market_code == "BR"
    with pytest.raises(Forbidden):
        configuring.add_category("Everywhere", by=local)
    with pytest.raises(NotFound):
        configuring.add_category("Elsewhere", by=local, market_code="MX")
    with pytest.raises(Forbidden):
        configuring.change_category(theirs.id, by=local, name="x", parent_id=None)
    with pytest.raises(Forbidden):
        configuring.set_matrix({(Level.LOW, Level.LOW): Priority.URGENT}, by=local)
    with pytest.raises(NotFound):
        configuring.set_reopening("MX", 3, by=local)


@pytest.mark.parametrize("role", ["agent", "manager", "auditor", "billing_administrator"])
def test_others_decide_nothing(role):
    with pytest.raises(Forbidden):
        configuring.add_category("Network", by=actors.staff(role))


def status(name, state, status=Status.OPEN, type_=TicketType.FAULT):
    return configuring.add_status(type_, name, by=BOSS, status=status, tmf_state=state)


def test_a_state_of_tmf621_has_one_status_of_a_type():
    parts = status("Waits for parts", TmfState.HELD)
    status("Waits for parts", TmfState.HELD, type_=TicketType.REQUEST)

    with pytest.raises(StateTaken):
        status("Technician on the way", TmfState.HELD)
    configuring.change_status(parts.id, by=BOSS, name="Waits", in_use=False)
    status("Technician on the way", TmfState.HELD)

    with pytest.raises(StateTaken):
        configuring.change_status(parts.id, by=BOSS, name="Waits", in_use=True)


@pytest.mark.parametrize(
    ("state", "within"), [(TmfState.REJECTED, Status.OPEN), (TmfState.CLOSED, Status.RESOLVED)]
)
def test_a_status_means_only_what_it_can_mean(state, within):
    with pytest.raises(StatusDoesNotFit):
        status("Odd", state, within)


def test_every_status_of_ours_is_one_state_of_theirs_and_every_state_has_a_place():
    assert set(TMF_OF) == set(Status)
    assert len(set(TMF_OF.values())) == len(TMF_OF)
    assert set(WITHIN) == set(TmfState)
    assert all(ours in WITHIN[theirs] for ours, theirs in TMF_OF.items())


def test_choices_need_something_to_choose_from():
    def field(**more):
        return configuring.add_field(TicketType.FAULT, "Device", by=BOSS, **more)

    with pytest.raises(Invalid):
        field(kind=FieldKind.CHOICE)

    made = field(kind=FieldKind.CHOICE, choices=["Router", "", "Router", "Phone"])

    assert made.choices == ["Router", "Phone"]


def test_fields_stand_in_the_order_of_the_form():
    first, second = (
        configuring.add_field(TicketType.FAULT, name, by=BOSS, kind=FieldKind.TEXT)
        for name in ("Site", "Device")
    )
    configuring.change_field(
        first.id, by=BOSS, name="Site", choices=[], required=Required.CLOSING, position=9
    )

    assert [each.name for each in setup.fields_of(TicketType.FAULT)] == ["Device", "Site"]
    configuring.change_field(
        second.id,
        by=BOSS,
        name="Device",
        choices=[],
        required=Required.NEVER,
        position=0,
        in_use=False,
    )
    assert [each.name for each in setup.fields_of(TicketType.FAULT)] == ["Site"]
    assert db.session.get(Field, second.id) is not None


def test_the_usual_matrix_rises_with_impact_and_with_urgency():
    ranks = list(Priority)
    usual = {cell: ranks.index(priority) for cell, priority in priorities.USUAL.items()}
    levels = list(Level)

    assert usual[Level.LOW, Level.LOW] == 0
    assert usual[Level.HIGH, Level.HIGH] == 3
    for (impact, urgency), rank in usual.items():
        if impact is not Level.HIGH:
            assert rank <= usual[levels[levels.index(impact) + 1], urgency]
        assert rank == usual[urgency, impact]


def test_a_cell_of_the_operator_s_own_is_in_force_and_in_the_trail():
    cell = (Level.HIGH, Level.LOW)

    configuring.set_matrix({**priorities.USUAL, cell: Priority.URGENT}, by=BOSS)

    assert priorities.priority_of(*cell, setup.matrix()) is Priority.URGENT
    query = select(AuditEntry.changes).where(AuditEntry.action == "ticket_matrix.changed")
    assert db.session.scalars(query).one() == {"high_low": ["normal", "urgent"]}


@pytest.mark.parametrize("days", [-1, 366])
def test_reopening_has_its_bounds(days):
    MarketFactory()

    with pytest.raises(Invalid):
        configuring.set_reopening("MX", days, by=BOSS)


def test_what_does_not_exist_is_not_found():
    for change in (configuring.change_status,):
        with pytest.raises(NotFound):
            change(new_id(), by=BOSS, name="x")
