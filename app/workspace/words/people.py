"""Staff and customers: roles, identity, what they are told, what they must agree to."""

from typing import Any

from app.core.i18n import lazy
from app.customers.notice_kinds import KINDS
from app.web.rights_words import RIGHTS

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
        "data_protection_officer": lazy("Data protection officer"),
    },
    "permission": RIGHTS,
    "field": {
        "customer.email": lazy("E-mail address"),
        "customer.phone": lazy("Telephone number"),
        "payment.reference": lazy("Transaction of a payment"),
        "usage.other_party": lazy("Number that was called"),
        "invoice.lines": lazy("Lines on a bill"),
        "invoice.calls": lazy("Numbers called, on a bill"),
        "kyc.number": lazy("Number of an identity paper"),
    },
    "sensitivity": {"low": lazy("Low"), "moderate": lazy("Moderate"), "high": lazy("High")},
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
        "leaving": lazy("On its way"),
        "sent": lazy("Sent"),
        "failed": lazy("Not delivered"),
    },
    "notice_kind": {
        **{name: kind.subject for name, kind in KINDS.items()},
        # Whose own heads name a number that is not told here.
        "invoice_again": lazy("A bill, once more"),
        "ticket_answered": lazy("An answer to a case"),
        "ticket_resolved": lazy("A case is solved"),
        "complaint_registered": lazy("The number of a complaint"),
    },
    "unusual": {
        "new_device": lazy("New device"),
        "out_of_hours": lazy("Outside working hours"),
    },
    "factor": {
        "password": lazy("Password"),
        "totp": lazy("Authenticator app"),
        "passkey": lazy("Passkey"),
        "recovery": lazy("Recovery code"),
        "sign_on": lazy("Company account"),
        "mail": lazy("Code by e-mail"),
    },
    "deed": {
        "payments.refund": lazy("Refund"),
        "billing.credit": lazy("Credit"),
        "billing.debit": lazy("Debit note"),
        "billing.write_off": lazy("Write-off"),
    },
    "scope": {
        "billing.read": lazy("Read bills"),
        "catalog.read": lazy("Read the catalogue"),
        "customers.read": lazy("Read customers"),
        "kyc.submit": lazy("Hand in identity papers"),
        "network.manage": lazy("Run the network's side"),
        "staff.provision": lazy("Keep the list of who works here"),
        "subscriptions.activate": lazy("Activate lines"),
        "subscriptions.block": lazy("Block and unblock lines"),
        "subscriptions.change": lazy("Change plans and add-ons"),
        "tickets.accept": lazy("Work on tickets"),
        "tickets.open": lazy("Open tickets"),
        "tickets.read": lazy("Read tickets"),
        "tickets.resolve": lazy("Resolve tickets"),
        "usage.charge": lazy("Charge prepaid sessions"),
        "usage.import": lazy("Hand in usage"),
        "usage.read": lazy("Read usage"),
    },
    "approval": {
        "waiting": lazy("Waiting"),
        "approved": lazy("Approved"),
        "refused": lazy("Refused"),
        "expired": lazy("Expired"),
    },
}
