"""Workflows: as YAML, as a form, and as a picture; the three are one."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from app.automation import graph, known, workflow
from app.automation.definition import Action
from app.automation.errors import Wrong
from app.automation.models import Workflow
from app.automation.service import rules, workflows
from app.automation.workflow import Plan
from app.core.errors import Invalid
from app.supervision import bp
from app.web import action_rows, htmx
from app.web.action_rows import ACTION_FIELDS
from app.web.fields import YesNo, choice_field, whole
from app.web.input import takes
from app.web.login import current_actor, staff_with

_LONGEST = 100_000
_STEP = ("key", "kind", "time", "role", "question", "then", "approved", "refused", "late")
_STEP_FIELDS = tuple(f"step_{name}" for name in _STEP)
EXAMPLE = """\
name: Large credit
start: ask
steps:
  ask:
    ask: manager
    question: May this be credited?
    within: 4h
    approved: agreed
    refused: declined
    late: remind
  remind:
    do:
    - kind: notify
      value: role:supervisor
      text: A credit has waited four hours for a decision.
    then: ask_again
  ask_again:
    ask: supervisor
    question: May this be credited?
    within: 1d
    approved: agreed
    refused: declined
  agreed:
    do:
    - kind: add_tag
      value: credit-agreed
  declined:
    do:
    - kind: add_tag
      value: credit-declined
"""


@bp.get("/automation/workflows")
@staff_with("automation.manage")
def all_workflows() -> ResponseReturnValue:
    return render_template(
        "supervision/automation/workflows.html", workflows=workflows.every_workflow(current_actor())
    )


@bp.get("/automation/workflows/new")
@staff_with("automation.manage")
def new_workflow() -> ResponseReturnValue:
    return _editor(None, EXAMPLE)


@bp.get("/automation/workflows/<uuid:workflow_id>")
@staff_with("automation.manage")
def one_workflow(workflow_id: UUID) -> ResponseReturnValue:
    found = workflows.workflow_for(current_actor(), workflow_id)
    return _editor(found, workflow.yaml_of(workflow.stored(found.content)))


@bp.post("/automation/workflows/draw")
@staff_with("automation.manage")
@takes("yaml", "seen")
def draw_workflow() -> ResponseReturnValue:
    """The picture and the form of a YAML, or what is wrong in it, line by line."""
    return render_template("supervision/automation/_drawn.html", **_drawn(_yaml()))


@bp.post("/automation/workflows/form")
@staff_with("automation.manage")
@takes("name", "start", *_STEP_FIELDS, *ACTION_FIELDS)
def form_workflow() -> ResponseReturnValue:
    """The YAML of a form, to be looked at and saved."""
    text = workflow.yaml_of(_plan_sent())
    return render_template("supervision/automation/_yaml.html", yaml=text, **_drawn(text))


@bp.get("/automation/rows/step")
@staff_with("automation.manage")
def step_row() -> ResponseReturnValue:
    return render_template("supervision/automation/_step.html", key="", step=None, **_lists())


@bp.post("/automation/workflows/new")
@staff_with("automation.manage")
@takes("yaml")
def add_workflow() -> ResponseReturnValue:
    made = workflows.write(_yaml(), by=current_actor())
    return htmx.go(url_for("supervision.one_workflow", workflow_id=made.id))


@bp.post("/automation/workflows/<uuid:workflow_id>")
@staff_with("automation.manage")
@takes("yaml", "seen")
def change_workflow(workflow_id: UUID) -> ResponseReturnValue:
    workflows.workflow_for(current_actor(), workflow_id)
    seen = whole(request.form.get("seen", ""), field="seen", digits=6)
    workflows.write(_yaml(), by=current_actor(), workflow_id=workflow_id, seen=seen)
    return htmx.go(url_for("supervision.one_workflow", workflow_id=workflow_id))


@bp.post("/automation/workflows/<uuid:workflow_id>/switch")
@staff_with("automation.manage")
@takes("on")
def switch_workflow(workflow_id: UUID) -> ResponseReturnValue:
    on = choice_field("on", YesNo) is YesNo.YES
    workflows.switch(workflow_id, on=on, by=current_actor())
    return htmx.go(url_for("supervision.all_workflows"))


@bp.post("/automation/workflows/<uuid:workflow_id>/back")
@staff_with("automation.manage")
@takes("number")
def undo_workflow(workflow_id: UUID) -> ResponseReturnValue:
    number = whole(request.form.get("number", ""), field="number", digits=6)
    workflows.go_back(workflow_id, number, by=current_actor())
    return htmx.go(url_for("supervision.one_workflow", workflow_id=workflow_id))


def _yaml() -> str:
    text = request.form.get("yaml", "").replace("\r\n", "\n")
    if not text.strip() or len(text) > _LONGEST:
        raise Invalid(field="yaml")
    return text


def _editor(found: Workflow | None, text: str) -> ResponseReturnValue:
    return render_template(
        "supervision/automation/workflow.html",
        workflow=found,
        yaml=text,
        editions=rules.editions_of(found.id) if found else [],
        **_drawn(text),
    )


def _drawn(text: str) -> dict[str, Any]:
    there = known.look()
    try:
        plan: Plan | None = workflow.plan_of(text, there)
        problems: list[str] = []
    except Wrong as refusal:
        plan, problems = None, refusal.problems
    rows = [
        row
        for key, step in (plan.steps.items() if plan else ())
        for row in action_rows.action_rows(step.do, there, step=key)
    ]
    return {
        "plan": plan,
        "problems": problems,
        "picture": graph.picture(plan) if plan else None,
        "size": (graph.WIDTH, graph.HEIGHT),
        "actions": rows,
        "steps": True,
        **_lists(),
    }


def _plan_sent() -> Plan:
    form = request.form
    columns = [form.getlist(name) for name in _STEP_FIELDS]
    if len({len(each) for each in columns}) > 1:
        raise Invalid(field="step_key")
    actions: dict[str, list[Action]] = {}
    names = form.getlist("action_step")
    sent = action_rows.actions_sent()
    if len(names) != len(sent):
        raise Invalid(field="action_step")
    try:
        for key, each in zip(names, sent, strict=True):
            actions.setdefault(key.strip(), []).append(Action.model_validate(each))
        rows = [dict(zip(_STEP, row, strict=True)) for row in zip(*columns, strict=True)]
        steps = {row["key"].strip(): _step(row, actions) for row in rows if row["key"].strip()}
        plan = {"name": form.get("name", "").strip(), "start": form.get("start", "").strip()}
        return Plan.model_validate({**plan, "steps": steps})
    except ValidationError as error:
        raise Invalid(field=str(error.errors()[0]["loc"][0])[:40]) from None


def _step(row: dict[str, str], actions: dict[str, list[Action]]) -> dict[str, Any]:
    """Only what belongs to its kind: the form shows fields of all."""
    if row["kind"] == "ask":
        named = {name: row[name].strip() for name in ("question", "approved", "refused", "late")}
        return {"ask": row["role"], "within": row["time"].strip(), **named}
    if row["kind"] == "wait":
        return {"wait": row["time"].strip(), "then": row["then"].strip()}
    done = [each.plain() for each in actions.get(row["key"].strip(), [])]
    return {"do": done, "then": row["then"].strip()}


def _lists() -> dict[str, Any]:
    return {"roles": known.ROLES, **action_rows.row_words()}
