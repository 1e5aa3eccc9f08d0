"""Workflows: as YAML and model the same, refused by line, and walked step by step."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.automation import graph, known, workflow
from app.automation.errors import NotAsked, NotYoursToDecide, UnderWay, Wrong
from app.automation.models import FlowState, StaffNotice
from app.automation.service import flows, workflows
from app.automation.workflow import Plan, Step, yaml_of
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.supervision.workflows import EXAMPLE
from app.tickets import service as tickets
from app.tickets.models import Priority
from tests.automation.test_running import opened, tags_of
from tests.factories.actors import administrator
from tests.factories.automation import rule, work_off
from tests.factories.identity import StaffFactory

quietly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), max_size=40
)
ACTIONS = st.builds(dict, kind=st.just("add_note"), text=TEXT)


@st.composite
def plans(draw):
    names = draw(
        st.lists(st.from_regex(r"\A[a-z][a-z0-9_]{0,5}\Z"), min_size=1, max_size=6, unique=True)
    )
    target = st.sampled_from(["", *names])
    kinds = st.one_of(
        st.builds(Step, do=st.lists(ACTIONS, min_size=1, max_size=3), then=target),
        st.builds(Step, wait=st.sampled_from(["30m", "4h", "3d"]), then=target),
        st.builds(
            Step,
            ask=st.just("manager"),
            question=TEXT.filter(str.strip),
            within=st.sampled_from(["1h", "2d"]),
            approved=target,
            refused=target,
            late=target,
        ),
    )
    return Plan(
        name=draw(TEXT.filter(bool)), start=names[0], steps={each: draw(kinds) for each in names}
    )


@quietly
@given(plans())
def test_a_plan_written_as_yaml_is_read_as_the_same_plan(plan):
    text = yaml_of(plan)

    again = workflow.model_of(workflow.read(text), Plan)

    assert again == plan
    assert list(again.steps) == list(plan.steps)
    assert yaml_of(again) == text


@quietly
@given(plans())
def test_every_plan_can_be_drawn_and_no_two_boxes_lie_on_each_other(plan):
    picture = graph.picture(plan)

    places = [(each.x, each.y) for each in picture.nodes]
    assert len(set(places)) == len(places)
    assert all(0 <= x <= picture.width - graph.WIDTH for x, _y in places)
    assert all(0 <= y <= picture.height - graph.HEIGHT for _x, y in places)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("start: ask", "start: nowhere", "Line 2: there is no step nowhere."),
        ("ask: manager", "ask: wizard", "Line 5: there is no role wizard that decides."),
        ("within: 4h", "within: soon", "Line 7: a time is written as 30m, 4h or 3d."),
        ("value: role:supervisor", "value: role:nobody", "Line 13: Tell: there is no role:nobody."),
        ("then: ask_again", "then: ask_agani", "Line 16: there is no step ask_agani."),
        ("late: remind", "later: remind", "Line 10: nothing is called steps.ask.later here."),
        ("late: remind", "approved: remind", "Line 10: approved is written twice."),
        ("late: remind", "late: *remind", "Line 10"),
        ("late: remind", "late: !!python/object:os.system x", "Line 10"),
        ("late: remind", "late: agreed", "Line 11: no step leads to remind."),
        ("then: ask_again", "then: remind", "Line 11: remind leads back to itself without a wait."),
        ("start: ask\n", "start: [", "Line 3"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(before, after, told):
    assert before in EXAMPLE

    with pytest.raises(Wrong) as refused:
        workflows.write(EXAMPLE.replace(before, after, 1), by=administrator())

    assert told in str(refused.value.message)


def test_the_example_is_a_workflow():
    plan = workflow.plan_of(EXAMPLE, known.look())

    assert yaml_of(plan) == EXAMPLE


def begun():
    workflows.write(EXAMPLE, by=administrator())
    ticket = opened()
    return ticket, flows.begin("Large credit", ticket.id, begun_by=new_id())


def person(*roles, **more):
    return StaffFactory(roles=list(roles), **more).as_actor()


def test_a_manager_agrees_and_the_ticket_goes_on():
    boss, agent = person("manager"), person("agent")
    ticket, flow = begun()

    assert [each.id for each in flows.asked_of(boss)] == [flow.id]
    assert flows.asked_of(agent) == []
    told = db.session.scalars(select(StaffNotice.staff_id)).all()
    assert told == [boss.id]
    with pytest.raises(NotYoursToDecide):
        flows.decide(flow.id, approved=True, by=agent)

    flows.decide(flow.id, approved=True, by=boss, note="Fine")

    assert flow.state is FlowState.DONE
    assert tags_of(ticket) == {"credit-agreed"}
    assert [(each["step"], each["what"]) for each in flow.history] == [
        ("ask", "approved"),
        ("agreed", "done"),
    ]
    with pytest.raises(NotAsked):
        flows.decide(flow.id, approved=False, by=boss)


def test_what_nobody_answers_is_passed_on_when_the_time_is_over():
    leader = person("supervisor")
    ticket, flow = begun()

    assert flows.sweep() == 0
    with clock.moved_to(clock.now() + timedelta(hours=5)):
        assert flows.sweep() == 1

    assert (flow.step, flow.asked_role) == ("ask_again", "supervisor")
    flows.decide(flow.id, approved=False, by=leader)
    assert tags_of(ticket) == {"credit-declined"}


def test_whoever_began_it_does_not_decide_and_one_at_a_time_is_under_way():
    boss = person("manager")
    workflows.write(EXAMPLE, by=administrator())
    ticket = opened()

    flow = flows.begin("Large credit", ticket.id, begun_by=boss.id)

    with pytest.raises(NotYoursToDecide):
        flows.decide(flow.id, approved=True, by=boss)
    with pytest.raises(UnderWay):
        flows.begin("Large credit", ticket.id, begun_by=boss.id)


def test_it_ends_with_its_ticket():
    boss = person("manager")
    ticket, flow = begun()

    tickets.resolve(ticket.id, by=SYSTEM, resolution="Done otherwise")
    db.session.refresh(flow)

    assert flow.state is FlowState.ENDED
    with pytest.raises(NotAsked):
        flows.decide(flow.id, approved=True, by=boss)


def test_a_rule_begins_one_and_a_changed_plan_leaves_what_is_under_way():
    made = workflows.write(EXAMPLE, by=administrator())
    rule(actions=[{"kind": "start_workflow", "value": "Large credit"}])
    boss, ticket = person("manager"), opened()
    work_off()
    (flow,) = flows.of_ticket(ticket.id)

    changed = EXAMPLE.replace("credit-agreed", "agreed-anew")
    workflows.write(changed, by=administrator(), workflow_id=made.id, seen=1)
    flows.decide(flow.id, approved=True, by=boss)

    assert tags_of(ticket) == {"credit-agreed"}
    assert ticket.priority is Priority.NORMAL
    assert workflows.go_back(made.id, 1, by=administrator()).version == 3
