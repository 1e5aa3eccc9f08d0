"""What a person did by herself."""

from app.core.personal import Blank, Delete, Part, Personal

PART = Part(
    tables=(
        Personal("care_pin", {"customer_id": "customer"}, Delete()),
        Personal(
            "proposal",
            {"customer_id": "customer"},
            Blank(title="", sentence="", terms={}, answer=None),
        ),
        Personal(
            "selfservice_dialogue",
            {"line_id": "line", "conversation_id": "conversation"},
            Blank(sender=""),
        ),
        Personal("selfservice_effect", {"customer_id": "customer"}, Blank(said="")),
    ),
)
