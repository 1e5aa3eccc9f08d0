"""Prepared replies, workflows, rules and macros, as the file of the configuration has them."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select

from app.automation import workflow
from app.automation.definition import Action, Conditions, RuleContent, content_of
from app.automation.models import Macro, Rule, Workflow
from app.automation.service import macros, rules, workflows
from app.conversations import queries
from app.conversations.service import canned
from app.core import db
from app.core.actor import Actor
from app.core.i18n import lazy
from app.core.portable import Item, Section
from app.identity import teams


class ReplyText(Item):
    title: str
    body: str


class ReplyItem(Item):
    folder: str = ""
    team: str | None = None
    languages: dict[str, ReplyText]


class Replies(Section):
    name = "prepared_replies"
    words = lazy("Prepared replies")
    kind = ReplyItem
    permission = "kb.write"

    def export(self) -> Mapping[str, Item]:
        names = _team_names()
        return {
            shortcut: ReplyItem(
                folder=(first := next(iter(languages.values()))).folder,
                team=names.get(first.team_id) if first.team_id else None,
                languages={
                    code: ReplyText(title=each.title, body=each.body)
                    for code, each in sorted(languages.items())
                },
            )
            for shortcut, languages in queries.every_canned_reply().items()
        }

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        wanted = cast("ReplyItem", item)
        for code, text in wanted.languages.items():
            canned.write(
                key,
                code,
                title=text.title,
                body=text.body,
                by=by,
                folder=wanted.folder,
                team_id=teams.id_of_named(wanted.team),
            )


class WorkflowItem(Item):
    """As the YAML of one workflow, without its name."""

    start: str
    steps: dict[str, workflow.Step]
    on: bool = True


class Workflows(Section):
    name = "workflows"
    words = lazy("Workflows")
    kind = WorkflowItem
    permission = "automation.manage"

    def export(self) -> Mapping[str, Item]:
        found = {}
        for each in db.session.scalars(select(Workflow)):
            plan = workflow.stored(each.content)
            found[each.name] = WorkflowItem(start=plan.start, steps=dict(plan.steps), on=each.is_on)
        return found

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        wanted = cast("WorkflowItem", item)
        plan = workflow.Plan(name=key, start=wanted.start, steps=wanted.steps)
        known = db.session.scalar(select(Workflow).where(Workflow.name == key))
        made = workflows.write(
            workflow.yaml_of(plan), by=by, workflow_id=known.id if known else None
        )
        if made.is_on != wanted.on:
            workflows.switch(made.id, on=wanted.on, by=by)


class RuleItem(Item):
    """As the form of one rule, without its name; `order` is its place among all."""

    market: str | None = None
    trigger: str
    minutes: int = 0
    when: Conditions = Conditions()
    actions: tuple[Action, ...]
    on: bool = True
    order: int = 0


class Rules(Section):
    name = "rules"
    words = lazy("Rules")
    kind = RuleItem
    permission = "automation.manage"

    def export(self) -> Mapping[str, Item]:
        found: dict[str, Item] = {}
        for place, each in enumerate(_every_rule()):
            content = content_of(each.content)
            found.setdefault(
                each.name,
                RuleItem(
                    market=content.market,
                    trigger=content.trigger,
                    minutes=content.minutes,
                    when=content.when,
                    actions=content.actions,
                    on=each.is_on,
                    order=place,
                ),
            )
        return found

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        wanted = cast("RuleItem", item)
        said: dict[str, Any] = wanted.model_dump(mode="json", exclude={"on", "order"})
        content = RuleContent.model_validate({"name": key, **said})
        known = next((each for each in _every_rule() if each.name == key), None)
        if known is None:
            known = rules.add(content, by=by, is_on=wanted.on)
        else:
            rules.change(known.id, content, by=by)
        if known.is_on != wanted.on:
            rules.switch(known.id, on=wanted.on, by=by)

    def settle(self, items: Mapping[str, Item], *, by: Actor) -> None:
        """Each in its place, the first ones first: so none is moved by those behind it."""
        ids = {each.name: each.id for each in reversed(_every_rule())}
        order = {key: cast("RuleItem", item).order for key, item in items.items()}
        for key in sorted(order, key=lambda each: order[each]):
            if key in ids:
                rules.place(ids[key], order[key], by=by)


class MacroItem(Item):
    team: str | None = None
    actions: tuple[Action, ...]


class Macros(Section):
    """Shared ones; personal ones stay with their people."""

    name = "macros"
    words = lazy("Shared macros")
    kind = MacroItem
    permission = "automation.manage"

    def export(self) -> Mapping[str, Item]:
        names = _team_names()
        return {
            each.name: MacroItem(
                team=names.get(each.team_id) if each.team_id else None,
                actions=tuple(macros.actions_of(each)),
            )
            for each in _shared_macros()
        }

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        wanted = cast("MacroItem", item)
        known = next((each for each in _shared_macros() if each.name == key), None)
        macros.write(
            key,
            wanted.actions,
            by=by,
            macro_id=known.id if known else None,
            shared=True,
            team_id=teams.id_of_named(wanted.team),
        )


SECTIONS: tuple[type[Section], ...] = (Replies, Workflows, Rules, Macros)


def _every_rule() -> list[Rule]:
    query = select(Rule).where(Rule.removed_at.is_(None)).order_by(Rule.position, Rule.id)
    return list(db.session.scalars(query))


def _shared_macros() -> list[Macro]:
    query = select(Macro).where(Macro.owner_id.is_(None)).order_by(Macro.name, Macro.id)
    return list(db.session.scalars(query))


def _team_names() -> dict[UUID, str]:
    return {each.id: each.name for each in teams.every_team()}
