"""What supervisors and reports keep of a person's talks and tickets."""

from app.core.i18n import lazy
from app.core.personal import Blank, Delete, Keep, Part, Personal

FIGURES = lazy("a row of figures; no words of hers")
WORK = lazy("about the work of the staff")
TALK = {"conversation_id": "conversation"}
TICKET = {"ticket_id": "ticket"}
PART = Part(
    tables=(
        Personal("bot_label", {"message_id": "understanding"}, Delete()),
        Personal("follow_up", TICKET | TALK, Blank(comment="", outcome="")),
        Personal("quality_review", TALK, Keep(WORK)),
        Personal("quality_sample", TALK, Keep(WORK)),
        Personal("report_case", TICKET, Keep(FIGURES)),
        Personal("report_talk", TALK, Keep(FIGURES)),
        Personal("survey", {"customer_id": "customer"}, Blank(comment="")),
        Personal("whisper", TALK, Blank(words="")),
    ),
    exempt={
        "board_layout": "of the staff",
        "board_tick": "figures",
        "report": "of the staff",
        "report_agent_clock": "figures",
        "report_agent_day": "figures",
        "report_agent_month": "figures",
        "report_clock": "figures",
        "report_day": "figures",
        "report_export": "tables that staff asked for, gone after their days",
        "report_figure": "figures",
        "report_hour": "figures",
        "report_month": "figures",
        "report_progress": "figures",
        "report_schedule": "of the staff",
        "report_sending": "of the staff",
        "report_slice": "figures",
        "report_slice_month": "figures",
        "report_stale": "ids to count again",
        "report_stale_hour": "hours to sum again",
        "report_whole_day": "figures",
        "score_card": "of the staff",
        "shift": "of the staff",
    },
)
