"""Workflows are written, switched and taken back."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.automation import known, workflow
from app.automation.errors import ChangedMeanwhile
from app.automation.models import Edition, Workflow
from app.automation.service.rules import edition
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.i18n import lazy
from app.core.ids import new_id
from app.core.turns import take_turn


class WorkflowExists(Conflict):
    code = "workflow_exists"
    message = lazy("There is a workflow of this name already.")


def every_workflow(by: Actor) -> Sequence[Workflow]:
    by.must("automation.manage")
    return db.session.scalars(select(Workflow).order_by(Workflow.name)).all()


def workflow_for(by: Actor, workflow_id: UUID, *, lock: bool = False) -> Workflow:
    by.must("automation.manage")
    found = db.session.get(
        Workflow, workflow_id, with_for_update=lock or None, populate_existing=lock
    )
    if found is None:
        raise NotFound
    return found


def write(
    text: str, *, by: Actor, workflow_id: UUID | None = None, seen: int | None = None
) -> Workflow:
    """What this YAML says: a new one, or from now on. Tickets under way go on by the plan they
    began with. Raises NotReadable, WorkflowExists, ChangedMeanwhile, and Forbidden unless the
    actor sees every market: workflows are everybody's."""
    by.must("automation.manage")
    if by.markets:
        raise Forbidden
    plan = workflow.plan_of(text, known.look())
    with db.transaction():
        take_turn("workflows")  # two of one name meet here
        found = workflow_for(by, workflow_id, lock=True) if workflow_id else None
        if found is not None and seen is not None and seen != found.version:
            raise ChangedMeanwhile
        named = db.session.scalar(select(Workflow.id).where(Workflow.name == plan.name))
        if named is not None and (found is None or named != found.id):
            raise WorkflowExists
        found = found or Workflow(id=new_id(), is_on=True, version=0, content={})
        if found.content != plan.plain():
            _put(found, plan, by)
    return found


def go_back(workflow_id: UUID, number: int, *, by: Actor) -> Workflow:
    found = workflow_for(by, workflow_id)
    query = select(Edition.content).where(Edition.thing_id == found.id, Edition.number == number)
    content = db.session.scalar(query)
    if content is None:
        raise NotFound
    return write(workflow.yaml_of(workflow.stored(content)), by=by, workflow_id=workflow_id)


def switch(workflow_id: UUID, *, on: bool, by: Actor) -> Workflow:
    """Off: nothing more begins; what is under way goes on."""
    with db.transaction():
        found = workflow_for(by, workflow_id, lock=True)
        if by.markets:
            raise Forbidden
        if found.is_on != on:
            audit.record(by, "workflow.switched", "workflow", found.id, enabled=(found.is_on, on))
            found.is_on = on
    return found


def _put(found: Workflow, plan: workflow.Plan, by: Actor) -> None:
    found.name, found.content = plan.name, plan.plain()
    found.version += 1
    found.changed_at, found.changed_by_name = clock.now(), by.name
    db.session.add(found)
    db.session.flush()
    edition(found.id, found.version, found.content, by)
    audit.record(
        by, "workflow.written", "workflow", found.id, name=found.name, version=found.version
    )
