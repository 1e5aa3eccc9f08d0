"""The screens of rules, workflows, replies and macros."""

import pytest
from sqlalchemy import select

from app.automation import signing
from app.automation.definition import content_of
from app.automation.models import Flow, Macro, Rule, Run, Workflow
from app.automation.service import flows, workflows
from app.conversations.models import CannedReply
from app.core import db
from app.core.ids import new_id
from app.supervision.workflows import EXAMPLE
from app.tickets import service as tickets
from app.tickets.models import Priority
from tests.factories.actors import administrator
from tests.factories.automation import rule, work_off
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory
from tests.statements import statements

RULE = {
    "name": "Pressing bills",
    "market": "MX",
    "trigger": "ticket.opened",
    "minutes": "0",
    "condition_row": ["a", "b"],
    "condition_group": ["all", "none"],
    "condition_field": ["topic", "subject"],
    "condition_operator": ["is", "contains"],
    "condition_text": ["", "thanks, thank you"],
    "condition_choice": ["a:billing", "a:sales"],
    "action_kind": ["set_priority", "add_note"],
    "action_value": ["high", ""],
    "action_text": ["", "Look at {ticket.reference}"],
}


def text_of(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def boss(sign_in):
    MarketFactory()
    return sign_in(name="Sofía Restrepo", language="en", roles=["supervisor"])


@pytest.fixture
def admin(sign_in):
    MarketFactory()
    return sign_in(name="Root", language="en", roles=["administrator"], markets=[])


def test_a_rule_is_written_as_a_form_and_shown_as_it_was_written(boss):
    made = boss.post("/board/automation/rules/new", data=RULE)
    found = db.session.scalars(select(Rule)).one()
    page = text_of(boss.get(f"/board/automation/rules/{found.id}", plain=True))

    assert made.headers["HX-Redirect"].endswith(str(found.id))
    content = content_of(found.content)
    assert content.when.all[0].values == ("billing", "sales")
    assert content.when.none[0].values == ("thanks", "thank you")
    assert [each.kind for each in content.actions] == ["set_priority", "add_note"]
    assert found.is_on is False
    assert "thanks, thank you" in page
    assert "Look at {ticket.reference}" in page


def test_it_is_tried_switched_on_moved_and_taken_back(boss):
    TicketFactory()
    boss.post("/board/automation/rules/new", data=RULE)
    found = db.session.scalars(select(Rule)).one()
    here = f"/board/automation/rules/{found.id}"

    tried = text_of(boss.post("/board/automation/rules/try", data={**RULE, "size": "100"}))
    on = text_of(boss.post(f"{here}/switch", data={"on": "yes"}))
    boss.post(here, data={**RULE, "seen": "1", "name": "Other"})
    late = boss.post(here, data={**RULE, "seen": "1", "name": "Later"})
    boss.post(f"{here}/back", data={"number": "1"})
    boss.post(f"{here}/move", data={"up": "yes"})

    assert "Of 1 ticket it would find 1 and change 1." in tried
    assert "Pressing bills" in on
    assert late.status_code == 409
    found = db.session.get(Rule, found.id)
    assert (found.name, found.version, found.is_on) == ("Pressing bills", 3, True)
    assert boss.post(f"{here}/remove").headers["HX-Redirect"].endswith("/automation")
    assert boss.get(here).status_code == 404


@pytest.mark.parametrize(
    ("minutes", "language", "told"),
    [
        ("1", "en", "1 minute"),
        ("90", "es", "90 minutos"),
        ("120", "pt", "2 horas"),
        ("4320", "pt", "3 dias"),
        ("64800", "en", "45 days"),
    ],
)
def test_how_long_it_must_have_been_so_is_told_in_whole_units(boss, minutes, language, told):
    boss.browser.set_cookie("language", language, domain="localhost")
    boss.post(
        "/board/automation/rules/new",
        data={**RULE, "trigger": "time.pending", "minutes": minutes},
    )

    assert f" {told} · México" in text_of(boss.get("/board/automation"))


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"name": ""}, 400),
        ({"action_kind": ["set_priority"]}, 400),
        ({"condition_field": ["topic"]}, 400),
        ({"condition_choice": []}, 400),
        ({"condition_operator": ["resembles", "contains"]}, 400),
        ({"trigger": "time.pending", "minutes": "0"}, 400),
        ({"action_value": ["nonsense", ""]}, 400),
        ({"market": "BR"}, 403),
        ({"market": ""}, 403),
    ],
)
def test_what_makes_no_sense_is_refused(boss, wrong, status):
    assert boss.post("/board/automation/rules/new", data={**RULE, **wrong}).status_code == status
    assert db.session.scalars(select(Rule)).all() == []


def test_the_log_tells_why_and_what(boss):
    made = rule(all=[("topic", "is", "billing")], market="MX")
    ticket = TicketFactory()
    tickets.change_priority(ticket.id, Priority.LOW, by=administrator())
    other = rule("ticket.changed", [{"kind": "wait"}], name="Refused one")
    tickets.change_priority(ticket.id, Priority.HIGH, by=administrator())
    work_off()

    page = text_of(boss.get(f"/board/automation/runs?ticket={ticket.reference}", plain=True))
    none = text_of(boss.get(f"/board/automation/runs?rule={made.id}"))

    assert db.session.scalars(select(Run.rule_id)).all() == [other.id]
    assert "Refused one" in page
    assert "This ticket is not open any more." in page
    assert "No rule has done anything like this yet." in none


def test_the_list_costs_as_much_for_thirty_rules_as_for_one(boss):
    rule()
    boss.get("/board/automation", plain=True)
    with statements(db.session) as few:
        boss.get("/board/automation", plain=True)
    for _ in range(30):
        rule()

    with statements(db.session) as many:
        boss.get("/board/automation", plain=True)

    assert len(many) == len(few)


def test_a_workflow_is_written_drawn_and_becomes_a_form(admin):
    made = admin.post("/board/automation/workflows/new", data={"yaml": EXAMPLE})
    found = db.session.scalars(select(Workflow)).one()
    page = text_of(admin.get(f"/board/automation/workflows/{found.id}", plain=True))
    wrong = EXAMPLE.replace("ask: manager", "ask: wizard")
    drawn = text_of(admin.post("/board/automation/workflows/draw", data={"yaml": wrong}))
    refused = admin.post("/board/automation/workflows/new", data={"yaml": wrong})

    assert made.headers["HX-Redirect"].endswith(str(found.id))
    assert "<svg" in page
    assert 'value="ask_again"' in page
    assert "Line 5: there is no role wizard that decides." in drawn
    assert refused.status_code == 400


def test_the_form_of_a_workflow_gives_its_yaml_again(admin):
    form = {
        "name": "Large credit",
        "start": "ask",
        "step_key": ["ask", "pause", "tell"],
        "step_kind": ["ask", "wait", "do"],
        "step_time": ["4h", "30m", ""],
        "step_role": ["manager", "manager", "manager"],
        "step_question": ["May it?", "", ""],
        "step_then": ["", "tell", ""],
        "step_approved": ["pause", "", ""],
        "step_refused": ["", "", ""],
        "step_late": ["tell", "", ""],
        "action_step": ["tell", "tell"],
        "action_kind": ["add_tag", "add_note"],
        "action_value": ["asked", ""],
        "action_text": ["", "Asked: yes"],
    }

    page = text_of(admin.post("/board/automation/workflows/form", data=form))

    assert "question: May it?" in page
    assert "text: &#39;Asked: yes&#39;" in page
    assert "<svg" in page
    assert "alert-danger" not in page


def test_a_reply_is_written_in_several_languages_and_found_in_the_composer(admin, desk):
    form = {
        "shortcut": "Hola",
        "folder": "Greetings",
        "team": "",
        "title_es": "Saludo",
        "body_es": "Hola, {customer.first_name}, soy {agent.name}.",
        "title_en": "",
        "body_en": "Hello.",
        "title_pt": "",
        "body_pt": "",
    }
    saved = admin.post("/board/automation/replies/save", data=form)
    again = admin.post("/board/automation/replies/save", data={**form, "body_en": ""})
    wrong = admin.post("/board/automation/replies/save", data={**form, "body_es": "{nobody}"})
    ticket = TicketFactory()

    page = text_of(desk.get(f"/desk/conversations/{ticket.conversation_id}"))

    assert (saved.status_code, again.status_code, wrong.status_code) == (204, 204, 400)
    assert db.session.scalars(select(CannedReply.language)).all() == ["es"]
    assert "Hola, Valeria, soy Ana Ruiz." in page
    assert "Greetings · Saludo" in page
    assert "hola" in text_of(admin.get("/board/automation/replies", plain=True))
    assert admin.post("/board/automation/replies/hola/remove").status_code == 204


def test_an_agent_writes_a_macro_looks_at_it_and_uses_it(desk):
    form = {"name": "Mark", "action_kind": "add_tag", "action_value": "seen", "action_text": ""}
    desk.post("/desk/macros/new", data=form)
    macro = db.session.scalars(select(Macro)).one()
    ticket = TicketFactory()
    here = f"/desk/tickets/{ticket.id}/macros"

    offered = text_of(desk.get(here))
    shown = text_of(desk.get(f"{here}/{macro.id}"))
    done = text_of(desk.post(f"{here}/{macro.id}", data={"key": str(new_id())}))

    assert "Mark" in offered
    assert "seen" in shown
    assert "done" in done
    assert "seen" in text_of(desk.get(f"/desk/tickets/{ticket.id}/automation"))
    assert desk.post("/desk/macros/new", data={**form, "shared": "yes"}).status_code == 403
    assert desk.post(f"{here}/{macro.id}", data={"key": "x"}).status_code == 400


def test_a_decision_is_asked_for_and_given(sign_in, desk):
    manager = sign_in(name="Marta", language="en", roles=["manager"])
    workflows.write(EXAMPLE, by=administrator())
    ticket = TicketFactory()
    flow = flows.begin("Large credit", ticket.id, begun_by=new_id())

    page = text_of(manager.get("/desk/for-you", plain=True))
    refused = desk.post(f"/desk/flows/{flow.id}/decide", data={"approved": "yes"})
    given = manager.post(f"/desk/flows/{flow.id}/decide", data={"approved": "yes", "note": "Fine"})

    assert "May this be credited?" in page
    assert (refused.status_code, given.status_code) == (403, 204)
    assert db.session.get(Flow, flow.id).state == "done"
    notice = "A decision is asked for: May this be credited?"
    assert notice in page
    told = text_of(manager.get("/desk/for-you"))
    assert notice in told


def test_an_agent_writes_no_rules(desk):
    for path in ("", "/rules/new", "/runs", "/workflows", "/replies"):
        assert desk.get(f"/board/automation{path}", plain=True).status_code == 403
    assert desk.post("/board/automation/rules/new", data=RULE).status_code == 403


def test_who_writes_a_rule_finds_what_the_other_system_verifies_with(admin):
    url = "https://crm.example/hook"
    telling = rule(actions=[{"kind": "webhook", "value": url}])
    silent = rule(name="Silent one")

    shown = text_of(admin.get(f"/board/automation/rules/{telling.id}", plain=True))
    nothing = text_of(admin.get(f"/board/automation/rules/{silent.id}", plain=True))

    assert signing.secret_of(url) in shown
    assert "whsec_" not in nothing
