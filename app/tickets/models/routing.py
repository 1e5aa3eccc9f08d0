"""How waiting tickets find their people: a market's plan, an agent's skills, offers."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.identity.models import Staff


class Distribution(StrEnum):
    """How a market's waiting tickets find their people."""

    PULL = "pull"  # whoever likes accepts one
    OFFER = "offer"  # each is offered to one fitting agent at a time


class RoutingPlan(db.Base):
    """How a market distributes. None is a plan to pull.

    An offer is good for `accept_within` seconds. So long as a ticket has waited less than
    `relax_after` seconds only those who know its topic and service are asked, and so long as
    `overflow_after` only its team. Each `age_after` seconds of waiting count as one step of
    priority, so that nothing starves. Who had a customer's ticket in the last `sticky_days` is
    asked first. What somebody has in chats goes back to the queue when she is gone for
    `hand_back_after` seconds; after each talk she has `wrap_up` seconds for herself. Who says that
    she is available, and of whom nothing is seen for `absent_after` seconds, is absent. 0 of these
    is never, or none. `costs` is how much of an agent's capacity a ticket takes by its channel,
    where it is not the usual.
    """

    __tablename__ = "routing_plan"
    __table_args__ = (
        CheckConstraint("accept_within BETWEEN 5 AND 600", name="accept_within"),
        CheckConstraint("relax_after BETWEEN 0 AND 86400", name="relax_after"),
    )

    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"), primary_key=True)
    distribution: Mapped[Distribution]
    accept_within: Mapped[int]
    relax_after: Mapped[int]
    costs: Mapped[dict[str, Any]]
    age_after: Mapped[int] = mapped_column(default=900, server_default="900")
    overflow_after: Mapped[int] = mapped_column(default=300, server_default="300")
    sticky_days: Mapped[int] = mapped_column(default=7, server_default="7")
    hand_back_after: Mapped[int] = mapped_column(default=120, server_default="120")
    wrap_up: Mapped[int] = mapped_column(default=0, server_default="0")
    absent_after: Mapped[int] = mapped_column(default=900, server_default="900")


class AgentSkills(db.Base):
    """What an agent takes on beside her languages and markets. No topics, and no services, are all
    of them; `capacity` is in the units that `app.tickets.routing` counts by channel. `vip` ones are
    asked first for very important customers and companies."""

    __tablename__ = "agent_skills"
    __table_args__ = (CheckConstraint("capacity BETWEEN 1 AND 100", name="capacity"),)

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    topics: Mapped[list[str]]
    services: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    capacity: Mapped[int]
    vip: Mapped[bool] = mapped_column(default=False, server_default=false())


class TeamHours(db.Base):
    """When a team works: by the calendar of this key, whichever version is in force. A team without
    works day and night."""

    __tablename__ = "team_hours"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    calendar: Mapped[UUID]


class OfferAnswer(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"  # the ticket or the agent went away


class Offer(db.Base):
    """A waiting ticket, held out to one agent; without an answer it still stands."""

    __tablename__ = "ticket_offer"
    __table_args__ = (
        Index(
            "uq_ticket_offer_standing",
            "ticket_id",
            unique=True,
            postgresql_where=text("answer IS NULL"),
        ),
        Index("ix_ticket_offer_expires", "expires_at", postgresql_where=text("answer IS NULL")),
        Index("ix_ticket_offer_ticket", "ticket_id", "offered_at"),
        Index("ix_ticket_offer_staff", "staff_id", "offered_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answer: Mapped[OfferAnswer | None]
    answered_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()
