"""What agents said of suggestions about a person's tickets; and words that many tickets share."""

from app.core.i18n import lazy
from app.core.personal import Keep, Part, Personal

PART = Part(
    tables=(
        Personal(
            "suggestion_answer",
            {
                "ticket_id": "ticket",
                "conversation_id": "conversation",
            },
            Keep(lazy("what staff thought of a suggestion; no words of hers")),
        ),
    ),
    exempt={"suggestion_model": "sealed numbers about words that several tickets share"},
)
