"""What a person asked for: the ticket stays as a figure, its words go."""

from app.core.i18n import lazy
from app.core.personal import Blank, Keep, Part, Personal

WORK = lazy("how the work went; no words of hers")
PART = Part(
    tables=(
        Personal("outage_case", {"ticket_id": "ticket"}, Keep(WORK)),
        Personal("ticket_bulk_item", {"ticket_id": "ticket"}, Blank(before={}, after={})),
        Personal("ticket_clock", {"ticket_id": "ticket"}, Keep(WORK)),
        Personal("ticket_comment", {"ticket_id": "ticket"}, Blank(body="", author_name="—")),
        Personal("ticket_escalation", {"ticket_id": "ticket"}, Keep(WORK)),
        Personal("ticket_follower", {"ticket_id": "ticket"}, Keep(WORK)),
        Personal("ticket_link", {"from_id": "ticket", "to_id": "ticket"}, Keep(WORK)),
        Personal("ticket_merge", {"kept_id": "ticket", "merged_id": "ticket"}, Blank(before={})),
        Personal("ticket_news", {"ticket_id": "ticket"}, Keep(WORK)),
        Personal("ticket_tag", {"ticket_id": "ticket"}, Keep(WORK)),
        Personal("ticket_time", {"ticket_id": "ticket"}, Blank(note="")),
        Personal("outage_job", {"case_id": "outage_case"}, Keep(WORK)),
        Personal("outage_job_item", {"job_id": "outage_job"}, Keep(WORK)),
        Personal(
            "ticket",
            {"customer_id": "customer", "conversation_id": "conversation"},
            Blank(
                subject="—", context={}, fields={}, priority_reason="", summary="", resolution=""
            ),
        ),
        Personal("ticket_offer", {"ticket_id": "ticket"}, Keep(lazy("who of the staff was asked"))),
    ),
    exempt={
        "reopen_policy": "of markets",
        "ticket_bulk": "who of the staff did something to many tickets, for a day",
        "sla_rule": "of markets",
        "ticket_category": "of markets",
        "ticket_field": "of the operator",
        "ticket_matrix": "of the operator",
        "ticket_status": "of the operator",
        "ticket_view": "choices that the staff keep",
        "ticket_view_place": "choices that the staff keep",
        "agent_skills": "of the staff",
        "routing_plan": "of markets",
        "team_hours": "of teams",
    },
)
