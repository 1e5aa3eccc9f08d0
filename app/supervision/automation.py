"""Rules: their list and order, the form that writes one, trying it, and what each has done."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from app.automation import access, checking, dry, known, queries, seeing, signing
from app.automation.definition import Action, RuleContent, content_of
from app.automation.errors import Wrong
from app.automation.models import Rule
from app.automation.service import rules
from app.automation.triggers import TRIGGERS
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.markets import queries as markets
from app.supervision import bp
from app.web import action_rows, htmx
from app.web.action_rows import ACTION_FIELDS, CONDITION_FIELDS
from app.web.fields import YesNo, choice_field, id_or_none, whole
from app.web.input import takes
from app.web.login import current_actor, staff_with

_FORM = ("name", "market", "trigger", "minutes", *CONDITION_FIELDS, *ACTION_FIELDS)
_NEW: Mapping[str, Any] = {
    "name": "-",
    "trigger": "ticket.opened",
    "when": {"all": [{"field": "topic", "operator": "is", "values": ["billing"]}]},
    "actions": [{"kind": "set_priority", "value": "high"}],
}


@bp.get("/automation")
@staff_with("automation.manage")
def automation() -> ResponseReturnValue:
    return _listed()


@bp.get("/automation/rules/new")
@staff_with("automation.manage")
def new_rule() -> ResponseReturnValue:
    return _editor(None, content_of(_NEW))


@bp.get("/automation/rules/<uuid:rule_id>")
@staff_with("automation.manage")
def rule(rule_id: UUID) -> ResponseReturnValue:
    found = access.rule_for(current_actor(), rule_id)
    return _editor(found, content_of(found.content))


@bp.post("/automation/rules/new")
@staff_with("automation.manage")
@takes(*_FORM)
def add_rule() -> ResponseReturnValue:
    made = rules.add(_content(), by=current_actor(), is_on=False)
    return htmx.go(url_for("supervision.rule", rule_id=made.id))


@bp.post("/automation/rules/<uuid:rule_id>")
@staff_with("automation.manage")
@takes("seen", *_FORM)
def change_rule(rule_id: UUID) -> ResponseReturnValue:
    seen = whole(request.form.get("seen", ""), field="seen", digits=6)
    access.rule_for(current_actor(), rule_id)
    rules.change(rule_id, _content(), by=current_actor(), seen=seen)
    return htmx.go(url_for("supervision.rule", rule_id=rule_id))


@bp.post("/automation/rules/try")
@staff_with("automation.manage")
@takes("seen", "size", *_FORM)
def try_rule() -> ResponseReturnValue:
    """What it would find and change among the last tickets; nothing is kept or done."""
    size = whole(request.form.get("size", "100"), field="size", digits=3)
    if size not in dry.SIZES:
        raise Invalid(field="size")
    problems, result = [], None
    try:
        content = _content()
        problems = checking.problems_of(content, known.look())
        result = dry.dry_run(content, by=current_actor(), size=size)
    except Wrong as refusal:
        problems = refusal.problems
    return render_template(
        "supervision/automation/_tried.html", problems=problems, result=result, **_words()
    )


@bp.post("/automation/rules/<uuid:rule_id>/switch")
@staff_with("automation.manage")
@takes("on")
def switch_rule(rule_id: UUID) -> ResponseReturnValue:
    rules.switch(rule_id, on=_yes("on"), by=current_actor())
    return _listed()


@bp.post("/automation/rules/<uuid:rule_id>/move")
@staff_with("automation.manage")
@takes("up")
def move_rule(rule_id: UUID) -> ResponseReturnValue:
    rules.move(rule_id, up=_yes("up"), by=current_actor())
    return _listed()


@bp.post("/automation/rules/<uuid:rule_id>/remove")
@staff_with("automation.manage")
@takes()
def remove_rule(rule_id: UUID) -> ResponseReturnValue:
    rules.remove(rule_id, by=current_actor())
    return htmx.go(url_for("supervision.automation"))


@bp.post("/automation/rules/<uuid:rule_id>/back")
@staff_with("automation.manage")
@takes("number")
def undo_rule(rule_id: UUID) -> ResponseReturnValue:
    """To what it said as that version."""
    number = whole(request.form.get("number", ""), field="number", digits=6)
    rules.go_back(rule_id, number, by=current_actor())
    return htmx.go(url_for("supervision.rule", rule_id=rule_id))


@bp.get("/automation/rows/condition")
@staff_with("macros.use")
def condition_row() -> ResponseReturnValue:
    """An empty row about what was chosen."""
    asked = request.args
    field, group = asked.get("condition_field", ""), asked.get("condition_group", "")
    row = action_rows.blank_condition(known.look(), field, group)
    return render_template("supervision/automation/_condition.html", row=row, **_words())


@bp.get("/automation/rows/action")
@staff_with("macros.use")
def action_row() -> ResponseReturnValue:
    step = request.args.get("action_step")
    row = action_rows.blank_action(known.look(), request.args.get("action_kind", ""), step or "")
    words = _words() if step is None else {**_words(), "steps": True}
    return render_template("supervision/automation/_action.html", row=row, **words)


@bp.get("/automation/runs")
@staff_with("automation.manage")
def rule_runs() -> ResponseReturnValue:
    actor = current_actor()
    rule_id = id_or_none(request.args.get("rule", ""), field="rule")
    reference = request.args.get("ticket", "").strip()
    return htmx.show(
        "supervision/automation/runs.html",
        "supervision/automation/_runs.html",
        found=queries.runs(
            actor, rule_id=rule_id, reference=reference, after=request.args.get("after")
        ),
        rules=queries.rules(actor),
        rule_id=rule_id,
        reference=reference,
        **_words(),
    )


def _listed() -> ResponseReturnValue:
    actor = current_actor()
    listed = queries.rules(actor)
    there = known.look()
    return htmx.show(
        "supervision/automation/index.html",
        "supervision/automation/_rules.html",
        rules=listed,
        broken={each.id: queries.broken(each, there) for each in listed},
        counts=queries.counts([each.id for each in listed]),
        may_have=lambda each: seeing.may_have(actor, each.market_code),
        **_words(),
    )


def _editor(found: Rule | None, content: RuleContent) -> ResponseReturnValue:
    actor, there = current_actor(), known.look()
    return render_template(
        "supervision/automation/rule.html",
        rule=found,
        content=content,
        problems=checking.gone(content, there) if found else [],
        conditions=action_rows.condition_rows(content.when, there),
        actions=action_rows.action_rows(content.actions, there),
        markets=markets.markets_of(actor),
        every_market=not actor.markets,
        may_change=found is None or seeing.may_have(actor, found.market_code),
        editions=rules.editions_of(found.id) if found else [],
        secrets={each.value: signing.secret_of(each.value) for each in _called(content)},
        sizes=dry.SIZES,
        **_words(),
    )


def _called(content: RuleContent) -> list[Action]:
    """What tells other systems."""
    return [each for each in content.actions if each.kind == "webhook"]


def _content() -> RuleContent:
    """Raises Wrong, Invalid."""
    trigger = request.form.get("trigger", "")
    sent = {
        "name": request.form.get("name", "").strip(),
        "market": request.form.get("market", "") or None,
        "trigger": trigger,
        "minutes": _minutes() if trigger in TRIGGERS and TRIGGERS[trigger].by_time else 0,
        "when": action_rows.conditions_sent(),
        "actions": action_rows.actions_sent(),
    }
    if not sent["name"]:
        raise Wrong([_("Please give the rule a name.")])
    if not sent["actions"]:
        raise Wrong([_("Please say what is to be done.")])
    try:
        return content_of(sent)
    except ValidationError as error:
        raise Invalid(field=str(error.errors()[0]["loc"][0])) from None


def _minutes() -> int:
    return whole(request.form.get("minutes", "").strip() or "0", field="minutes", digits=6)


def _yes(field: str) -> bool:
    return choice_field(field, YesNo) is YesNo.YES


def _words() -> dict[str, Any]:
    return {"triggers": TRIGGERS, **action_rows.row_words()}
