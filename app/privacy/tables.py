"""What this domain itself keeps of a person: that she was erased, exported, and agreed."""

from app.core.i18n import lazy
from app.core.personal import Blank, Delete, Keep, Part, Personal

PROOF = lazy("proof of what she wanted and what was done")
PART = Part(
    tables=(
        Personal(
            "legal_hold", {"customer_id": "customer"}, Keep(lazy("an order that forbids erasing"))
        ),
        Personal("erasure_request", {"customer_id": "customer"}, Blank(why="")),
        Personal("person_export", {"customer_id": "customer"}, Delete()),
        Personal("consent", {"customer_id": "customer"}, Keep(PROOF)),
    ),
    exempt={"retention_run": "how much went, of nobody"},
)
