"""Staff and customers: roles, identity, what they are told, what they must agree to."""

from typing import Any

from app.core.i18n import lazy

PEOPLE: dict[str, dict[str, Any]] = {
    "role": {
        "agent": lazy("Agent"),
        "manager": lazy("Manager"),
        "supervisor": lazy("Supervisor"),
        "billing_administrator": lazy("Billing administrator"),
        "marketing_analyst": lazy("Marketing analyst"),
        "field_technician": lazy("Field technician"),
        "network_operations": lazy("Network operations"),
        "administrator": lazy("Administrator"),
        "auditor": lazy("Auditor"),
    },
    "customer": {"person": lazy("Person"), "company": lazy("Company")},
    "check": {
        "pending": lazy("Being checked"),
        "verified": lazy("Confirmed"),
        "rejected": lazy("Not confirmed"),
    },
    "paper": {
        "aadhaar": lazy("Aadhaar"),
        "pan": lazy("PAN"),
        "cpf": lazy("CPF"),
        "curp": lazy("CURP"),
        "passport": lazy("Passport (machine-readable lines)"),
    },
    "notice": {
        "queued": lazy("Waits to be sent"),
        "sent": lazy("Sent"),
        "failed": lazy("Not delivered"),
    },
    "deed": {
        "payments.refund": lazy("Refund"),
        "billing.credit": lazy("Credit"),
    },
    "approval": {
        "waiting": lazy("Waiting"),
        "approved": lazy("Approved"),
        "refused": lazy("Refused"),
        "expired": lazy("Expired"),
    },
}
