"""What rules and workflows did about a person's tickets."""

from app.core.i18n import lazy
from app.core.personal import Blank, Keep, Part, Personal

WORK = lazy("which rule did what; no words of hers")
PART = Part(
    tables=(
        Personal(
            "automation_run", {"ticket_id": "ticket", "conversation_id": "conversation"}, Keep(WORK)
        ),
        Personal("staff_notice", {"ticket_id": "ticket"}, Blank(text="—")),
        Personal("workflow_flow", {"ticket_id": "ticket"}, Keep(WORK)),
    ),
    exempt={
        "automation_call": "what leaves for a machine, once",
        "automation_edition": "rules",
        "automation_rule": "rules",
        "macro": "of the staff",
        "workflow": "plans of work",
    },
)
