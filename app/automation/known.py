"""What there is that rules can name: markets, teams, people, replies, workflows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.automation.models import Workflow
from app.conversations import activity
from app.conversations.models import CannedReply, Inbox
from app.core import db
from app.core.i18n import LANGUAGES, lazy
from app.identity.models import Staff, Team
from app.markets.models import Market
from app.tickets.models import Priority, Status, TicketType, Topic

Choices = Mapping[str, Any]

ROLE = "role:"
OWNER = "owner"

_LANGUAGES = {"en": "English", "es": "Español", "pt": "Português"}
_WORDS: Mapping[str, Choices] = {
    "priority": {
        "low": lazy("Low"),
        "normal": lazy("Normal"),
        "high": lazy("High"),
        "urgent": lazy("Urgent"),
    },
    "topic": {
        "billing": lazy("Billing"),
        "technical": lazy("Technical"),
        "sales": lazy("Sales"),
        "account": lazy("Account"),
        "other": lazy("Other"),
    },
    "status": {
        "new": lazy("New"),
        "open": lazy("Open"),
        "pending": lazy("Waits for the customer"),
        "resolved": lazy("Resolved"),
        "closed": lazy("Closed"),
    },
    "type": {
        "incident": lazy("Incident"),
        "billing_dispute": lazy("Billing dispute"),
        "complaint": lazy("Complaint"),
        "request": lazy("Request"),
        "fault": lazy("Fault"),
    },
    "snooze": {
        "60": lazy("an hour"),
        "240": lazy("four hours"),
        "1440": lazy("a day"),
        "4320": lazy("three days"),
        "10080": lazy("a week"),
    },
    "segment": {
        "consumer": lazy("Consumers"),
        "vip": lazy("Important customers"),
        "enterprise": lazy("Large companies"),
    },
    "role": {
        "manager": lazy("Managers"),
        "supervisor": lazy("Supervisors"),
        "administrator": lazy("Administrators"),
    },
}


ROLES = _WORDS["role"]


@dataclass(frozen=True, slots=True)
class Known:
    """`choices` by list: what may be chosen, and its words."""

    choices: Mapping[str, Choices]

    def has(self, name: str, value: str) -> bool:
        return value in self.choices[name]

    def words(self, name: str, value: str) -> str:
        return str(self.choices.get(name, {}).get(value, value))


def look() -> Known:
    """Six statements, whatever is asked about."""
    markets = {each.code: each.code for each in _all(select(Market).order_by(Market.code))}
    teams = {each.name: each.name for each in _all(select(Team).order_by(Team.name))}
    staff = _all(select(Staff).where(Staff.disabled_at.is_(None)).order_by(Staff.name))
    people = {each.email: each.name for each in staff}
    agents = {each.email: each.name for each in staff if _takes_tickets(each)}
    roles = {f"{ROLE}{name}": words for name, words in _WORDS["role"].items()}
    return Known(
        {
            "market": markets,
            "team": teams,
            "agent": agents,
            "told": {OWNER: lazy("Whoever has the ticket"), **roles, **people},
            "role": _WORDS["role"],
            "reply": dict.fromkeys(_all(select(CannedReply.shortcut).distinct()), ""),
            "workflow": {
                each: each for each in _all(select(Workflow.name).where(Workflow.is_on.is_(True)))
            },
            "inbox": {each: each for each in _all(select(Inbox.name).distinct())},
            "segment": _WORDS["segment"],
            "snooze": _WORDS["snooze"],
            "type": {each.value: _WORDS["type"][each.value] for each in TicketType},
            "language": {code: _LANGUAGES[code] for code in LANGUAGES},
            "channel": activity.CHANNELS,
            "topic": {each.value: _WORDS["topic"][each.value] for each in Topic},
            "priority": {each.value: _WORDS["priority"][each.value] for each in Priority},
            "status": {each.value: _WORDS["status"][each.value] for each in Status},
        }
    )


def _all(query: Any) -> list[Any]:
    return list(db.session.scalars(query))


def _takes_tickets(staff: Staff) -> bool:
    return "tickets.accept" in staff.permissions
