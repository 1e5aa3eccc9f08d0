"""Workflows of several steps, and tickets on their way through one."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.tickets.models import Ticket


class Workflow(db.Base):
    """`content` is a `workflow.Plan`, which is also what its YAML says."""

    __tablename__ = "workflow"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    content: Mapped[dict[str, Any]]
    is_on: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by_name: Mapped[str] = mapped_column(Text)


class FlowState(StrEnum):
    WAITING = "waiting"  # for a time to pass
    ASKING = "asking"  # for somebody to decide
    DONE = "done"
    ENDED = "ended"  # the ticket was resolved before
    FAILED = "failed"


class Flow(db.Base):
    """One ticket's way through a workflow, by the plan that held when it began.

    At most one of a workflow and ticket is under way. `asked_role` decides; `history` says what
    was done at each step.
    """

    __tablename__ = "workflow_flow"
    __table_args__ = (
        Index(
            "uq_workflow_flow_under_way",
            "workflow_id",
            "ticket_id",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'asking')"),
        ),
        Index(
            "ix_workflow_flow_due",
            "due_at",
            postgresql_where=text("state IN ('waiting', 'asking')"),
        ),
        Index("ix_workflow_flow_ticket", "ticket_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workflow_id: Mapped[UUID] = mapped_column(ForeignKey("workflow.id"))
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    plan: Mapped[dict[str, Any]]
    state: Mapped[FlowState]
    step: Mapped[str] = mapped_column(Text)
    asked_role: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime | None]
    begun_by: Mapped[UUID]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    history: Mapped[list[dict[str, Any]]]

    workflow: Mapped[Workflow] = relationship()
    ticket: Mapped[Ticket] = relationship()
