"""The whole configuration out of one place and into another: all or nothing, told line by line."""

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.automation.errors import Wrong
from app.automation.models import Macro, Rule, Workflow
from app.automation.service import macros, rules, workflows
from app.conversations.models import CannedReply, Inbox
from app.conversations.service import canned
from app.core import db
from app.core.errors import Forbidden
from app.core.outbox import OutboxEntry
from app.identity import roles, teams
from app.identity.models import CustomRole, Team
from app.supervision.workflows import EXAMPLE
from app.tickets.models import (
    AgentSkills,
    Field,
    RoutingPlan,
    RuleKind,
    SlaRule,
    TeamHours,
    TicketType,
    Topic,
)
from app.tickets.models.setup import FieldKind, Required
from app.tickets.service import configuring, planning, promising
from app.transfer.service import configuration
from kb.models import ArticleCategory
from kb.service.shelves import put_up
from tests.factories.actors import administrator, staff
from tests.factories.automation import content, rule
from tests.factories.conversations import InboxFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory


@pytest.fixture
def everything():
    """Something of every part."""
    boss = administrator()
    MarketFactory()
    team = teams.add_team("Night shift", by=boss)
    roles.make("Night desk", ["tickets.accept", "tickets.read"], by=boss)
    agent = StaffFactory(email="ana@aurora.example", markets=[])
    plan = {"accept_within": 20, "relax_after": 60, "overflow_after": 0, "age_after": 600}
    more = {"sticky_days": 30, "hand_back_after": 60, "wrap_up": 45, "absent_after": 0}
    costs = {"webchat": 6, "none": 0}
    planning.plan_routing("MX", by=boss, distribution="offer", costs=costs, **plan, **more)
    planning.set_skills(agent.id, by=boss, topics=[Topic.BILLING], capacity=8)
    faults = configuring.add_category("Faults", by=boss)
    configuring.add_category("Fibre", by=boss, parent_id=faults.id)
    configuring.add_field(
        TicketType.FAULT,
        "Device",
        by=boss,
        kind=FieldKind.CHOICE,
        choices=["Router", "Telephone"],
        required=Required.CLOSING,
    )
    office = promising.decide(
        RuleKind.CALENDAR,
        "Office hours",
        {"hours": {"mon": [["09:00", "18:00"]]}, "holidays": True},
        by=boss,
        market_code="MX",
    )
    planning.set_hours(team.id, office.key, by=boss)
    step = {"occasion": "breach", "after": 0, "deed": "notify", "whom": str(team.id)}
    chain = promising.decide(RuleKind.CHAIN, "Call the night shift", {"steps": [step]}, by=boss)
    promise = {
        "names": {"topic": ["billing"]},
        "targets": {"first_response": {"high": 600, "normal": 3600}},
        "calendar": str(office.key),
        "chain": str(chain.key),
    }
    promising.decide(RuleKind.POLICY, "Bills", promise, by=boss, market_code="MX")
    put_up("bills", by=boss, names={"es": "Facturas"})
    put_up("disputes", by=boss, names={"es": "Reclamos"}, parent="bills")
    InboxFactory(name="Aurora web", secret="never in a file, at least 32 bytes long")
    canned.write(
        "hi", "es", title="Hola", body="Hola {customer.name}", by=boss, folder="A", team_id=team.id
    )
    workflows.write(EXAMPLE, by=boss)
    rule(name="Second", all=[("topic", "is", "billing")])
    first = rule(name="First", actions=[{"kind": "start_workflow", "value": "Large credit"}])
    rules.move(first.id, up=True, by=boss)
    macros.write("Shared", content().actions, by=boss, shared=True, team_id=team.id)
    return boss


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def empty():
    """Another place: only its market and people are there."""
    db.session.query(ArticleCategory).update({"parent_code": None})
    for model in (
        CustomRole,
        TeamHours,
        SlaRule,
        ArticleCategory,
        Rule,
        Macro,
        Workflow,
        CannedReply,
        Inbox,
        AgentSkills,
        RoutingPlan,
        Field,
    ):
        for each in db.session.scalars(select(model)):
            if not isinstance(each, Rule):
                db.session.delete(each)
    for each in db.session.scalars(select(Rule)):
        each.removed_at, each.is_on = each.changed_at, False
    db.session.flush()
    db.session.query(Team).delete()
    db.session.commit()


def test_out_and_in_again_changes_nothing_and_is_written_the_same(everything):
    text = configuration.export(by=everything)

    found = configuration.compare(text, by=everything)

    assert (found.differences, found.problems, found.only_here) == ([], [], 0)
    assert found.same > 10
    assert configuration.export(by=everything) == text
    assert "never in a file" not in text


def test_another_place_becomes_the_same_and_a_second_import_changes_nothing(everything):
    text = configuration.export(by=everything)
    empty()

    before = (count(AuditEntry), count(OutboxEntry))
    shown = configuration.compare(text, by=everything)
    assert (count(AuditEntry), count(OutboxEntry), count(Team)) == (*before, 0)
    done = configuration.bring_in(text, by=everything)
    again = configuration.bring_in(text, by=everything)

    assert shown.problems == []
    names = {each.section.name for each in shown.differences}
    assert names >= {
        "sla_policies",
        "sla_chains",
        "team_hours",
        "routing",
        "kb_shelves",
        "teams",
        "roles",
        "inboxes",
        "prepared_replies",
        "workflows",
        "rules",
        "macros",
    }
    assert [(each.section.name, each.key) for each in done.differences] == [
        (each.section.name, each.key) for each in shown.differences
    ]
    assert again.differences == []
    assert configuration.export(by=everything) == text
    names = select(Rule.name).where(Rule.removed_at.is_(None)).order_by(Rule.position)
    assert db.session.scalars(names).all() == ["First", "Second"]
    assert db.session.scalars(select(Inbox.is_on)).all() == [False]


def test_what_would_change_is_shown_before_and_what_is_only_here_stays(everything):
    text = configuration.export(by=everything)
    teams.add_team("Only here", by=everything)
    changed = text.replace("folder: A", "folder: B").replace("capacity: 8", "capacity: 9")

    found = configuration.compare(changed, by=everything)

    told = {each.key: (each.before, each.after) for each in found.differences}
    assert set(told) == {"hi", "ana@aurora.example"}
    assert "folder: A" in told["hi"][0]
    assert "folder: B" in told["hi"][1]
    assert found.only_here == 1


LONG_STEP = f"{{steps: [{{occasion: breach, after: {10**17}, deed: notify, whom: owner}}]}}"


def line_of(text, words):
    return next(at for at, line in enumerate(text.splitlines(), start=1) if words in line)


def test_one_wrong_item_and_nothing_is_brought_in(everything):
    text = configuration.export(by=everything)
    empty()
    wrong = text.replace("value: Large credit", "value: Small credit")
    wrong = wrong.replace("Hola {customer.name}", "Hola {customer.secret}")

    with pytest.raises(Wrong) as refused:
        configuration.bring_in(wrong, by=everything)

    told = refused.value.problems
    assert len(told) == 2
    assert told[0].startswith(f"Line {line_of(wrong, 'hi:')}: Prepared replies, hi:")
    assert f"Line {line_of(wrong, 'First:')}: Rules, First:" in told[1]
    assert "Small credit" in told[1]
    assert (count(Team), count(CannedReply), count(Workflow)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Line 1: this is no configuration of this version."),
        ("dialtone: 2", "Line 1: this is no configuration of this version."),
        ("dialtone: 1\nnonsense: {}", "Line 2: nothing is called nonsense here."),
        ("dialtone: 1\nteams: [a]", "Line 2: names and what they are belong here."),
        ("dialtone: 1\nteams:\n  A: {secret: x}", "Line 3: nothing is called secret here."),
        ("dialtone: 1\nteams:\n  A:\n  A:", "Line 4: A is written twice."),
        ("dialtone: 1\nskills:\n  a@b.c:\n    capacity: many", "Line 4: capacity is not right"),
        ("dialtone: 1\nskills:\n  a@b.c:\n    capacity: 8", "Line 3: Topics and capacity of"),
        ("dialtone: 1\nteams: &a {}\nrules: *a", "Line 3"),
        (
            "dialtone: 1\nkb_shelves:\n  x:\n    names: {es: X}\n    position: 99999999999999999",
            "Line 3: Shelves of the knowledge base, x: This row cannot be kept.",
        ),
        (
            f"dialtone: 1\nsla_chains:\n  x: {LONG_STEP}",
            "Line 3: Chains of escalation, x:",
        ),
        ("dialtone: 1\nroles:\n  A:\n    permissions: [fly]", "Line 3: Your own roles, A:"),
        ('dialtone: 1\nteams:\n  "A\\0": {}', "Line 3: this holds a sign that cannot be kept."),
        ('dialtone: 1\nskills:\n  a@b.c:\n    topics: ["\\ud800"]', "Line 4: this holds a sign"),
        (f"dialtone: 1\nrules:\n  {'x' * 121}: {{trigger: a, actions: []}}", "Line 3: name is not"),
        ("dialtone: 1\nrules:\n  A:\n    trigger: a\n    actions: []", "Line 5: actions is not"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text, told):
    found = configuration.compare(text, by=administrator())

    assert found.problems[0].startswith(told)
    assert found.differences == []


@pytest.mark.parametrize(
    "wrong",
    [
        "chat: {before: 5}",
        "chat: {mail_after: soon}",
        "chat: {invitations: [{page: /x}]}",
        "chat: {nonsense: 1}",
        "origins: [ftp://aurora.example]",
        f"closed_words: {'x' * 1001}",
    ],
)
def test_an_inbox_that_would_not_work_is_not_brought_in(database, wrong):
    MarketFactory()
    text = f"dialtone: 1\ninboxes:\n  MX/webchat/Web:\n    language: es\n    {wrong}\n"

    found = configuration.compare(text, by=administrator())

    assert [each.split(":")[0] for each in found.problems] == ["Line 3"]
    assert "MX/webchat/Web" in found.problems[0]
    assert found.differences == []


def test_only_who_sees_every_market_and_may_moves_configurations(everything):
    for by in (administrator(markets=["MX"]), staff("supervisor"), staff("agent")):
        with pytest.raises(Forbidden):
            configuration.export(by=by)
        with pytest.raises(Forbidden):
            configuration.compare("dialtone: 1", by=by)
