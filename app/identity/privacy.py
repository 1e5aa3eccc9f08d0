"""What identity keeps of a customer: her sign-ins and the codes she was sent."""

from app.core.i18n import lazy
from app.core.personal import Delete, Keep, Part, Personal

PART = Part(
    tables=(
        Personal("passkey", {"owner_id": "customer"}, Delete(), only="kind = 'customer'"),
        Personal("passkey_challenge", {"owner_id": "customer"}, Delete(), only="kind = 'customer'"),
        Personal("known_device", {"owner_id": "customer"}, Delete(), only="kind = 'customer'"),
        Personal("entry_link", {"owner_id": "customer"}, Delete(), only="kind = 'customer'"),
        Personal(
            "session",
            {"owner_id": "customer"},
            Delete(),
            only="kind = 'customer'",
        ),
        Personal("sign_on_attempt", {"link_id": "entry_link"}, Delete()),
        Personal(
            "field_reveal", {"session_id": "session"}, Keep(lazy("who of the staff saw what"))
        ),
        Personal("confirmation", {"session_id": "session"}, Delete()),
        Personal(
            "one_time_code",
            {"owner_id": "customer"},
            Delete(),
        ),
    ),
    exempt={
        "custom_role": "of the staff",
        "api_grant": "what staff let machines do",
        "identity_letter": "letters of sign-in, gone a day after they have left",
        "provider_identity": "of the staff",
        "recovery_code": "of the staff",
        "api_client": "machines of partners",
        "approval_request": "what staff asked each other; it names things, not persons",
        "sign_in_failure": "hashes of names, which nobody can read back",
        "staff": "who works here",
        "team": "teams of the staff",
    },
)
