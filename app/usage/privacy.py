"""What a person used: amounts stay for the bills, whom she called goes."""

from app.core.personal import BOOKS, SERVICE, Blank, Keep, Part, Personal

PART = Part(
    tables=(
        Personal("balance", {"line_id": "line"}, Keep(BOOKS)),
        Personal("balance_movement", {"line_id": "line"}, Keep(BOOKS)),
        Personal("bucket", {"line_id": "line"}, Keep(SERVICE)),
        Personal("bucket_share", {"line_id": "line"}, Keep(SERVICE)),
        Personal("charging_session", {"line_id": "line"}, Blank(other_party=None)),
        Personal("charging_request", {"session_key": "charging_session"}, Keep(BOOKS)),
        Personal("closed_usage", {"account_id": "account"}, Keep(BOOKS)),
        Personal("daily_usage", {"line_id": "line"}, Keep(SERVICE)),
        Personal("usage_record", {"line_id": "line"}, Blank(other_party=None)),
    ),
    exempt={
        "arrival_note": "hashes of record names, for minutes",
        "exchange_rate": "rates of currencies",
    },
)
