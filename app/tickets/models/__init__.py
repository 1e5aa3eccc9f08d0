"""Tickets, what an operator decides about them, the promise itself, and who keeps it."""

from app.tickets.models.bulk import BulkAct, BulkItem, BulkKind
from app.tickets.models.outages import (
    JobKind,
    JobState,
    OutageCase,
    OutageJob,
    OutageJobItem,
)
from app.tickets.models.routing import (
    AgentSkills,
    Distribution,
    Offer,
    OfferAnswer,
    RoutingPlan,
    TeamHours,
)
from app.tickets.models.setup import (
    Category,
    CustomStatus,
    Field,
    FieldKind,
    MatrixCell,
    ReopenPolicy,
    Required,
    TmfState,
)
from app.tickets.models.sla import (
    Deed,
    Escalation,
    Goal,
    Occasion,
    Outcome,
    RuleKind,
    SlaRule,
    TicketClock,
)
from app.tickets.models.tag import TicketTag
from app.tickets.models.ticket import Ticket
from app.tickets.models.values import (
    OPEN_STATUSES,
    SOLVED_STATUSES,
    Level,
    Priority,
    Status,
    TicketType,
    Topic,
)
from app.tickets.models.view import SavedView, Sharing, ViewPlace
from app.tickets.models.work import Comment, Follower, Link, LinkKind, Merge, News, TimeSpent

__all__ = [
    "OPEN_STATUSES",
    "SOLVED_STATUSES",
    "AgentSkills",
    "BulkAct",
    "BulkItem",
    "BulkKind",
    "Category",
    "Comment",
    "CustomStatus",
    "Deed",
    "Distribution",
    "Escalation",
    "Field",
    "FieldKind",
    "Follower",
    "Goal",
    "JobKind",
    "JobState",
    "Level",
    "Link",
    "LinkKind",
    "MatrixCell",
    "Merge",
    "News",
    "Occasion",
    "Offer",
    "OfferAnswer",
    "OutageCase",
    "OutageJob",
    "OutageJobItem",
    "Outcome",
    "Priority",
    "ReopenPolicy",
    "Required",
    "RoutingPlan",
    "RuleKind",
    "SavedView",
    "Sharing",
    "SlaRule",
    "Status",
    "TeamHours",
    "Ticket",
    "TicketClock",
    "TicketTag",
    "TicketType",
    "TimeSpent",
    "TmfState",
    "Topic",
    "ViewPlace",
]
