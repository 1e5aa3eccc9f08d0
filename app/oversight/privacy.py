"""Who is watched, and what was odd."""

from app.core.personal import Delete, Part, Personal

PART = Part(
    tables=(Personal("watched_customer", {"customer_id": "customer"}, Delete()),),
    exempt={
        "access_alert": "about the staff; it names customers by number only",
        "audit_report": "figures",
    },
)
