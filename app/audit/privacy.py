"""The trail is evidence: it says that something was done to a customer's number, and stays."""

from app.core.i18n import lazy
from app.core.personal import Keep, Part, Personal

PART = Part(
    tables=(
        Personal(
            "audit_entry",
            {"object_id": "customer"},
            Keep(lazy("evidence that is linked and signed; kept for five years, then it goes")),
            only="object_kind = 'customer'",
        ),
    ),
    exempt={
        "audit_checkpoint": "hashes",
        "audit_link": "hashes",
    },
)
