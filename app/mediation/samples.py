"""A layout as many a switch needs it: where the form begins, of the demo and of tests."""

from collections.abc import Mapping
from typing import Any

SWITCH: Mapping[str, Any] = {
    "format": "csv",
    "delimiter": ";",
    "timezone": "America/Mexico_City",
    "columns": ["what", "id", "msisdn", "kind", "start", "amount", "peer"],
    "mark": {"from": 1, "header": "H", "trailer": "T"},
    "fields": {
        "number": {"from": "msisdn"},
        "kind": {"from": "kind", "values": {"V": "voice", "D": "data", "S": "sms"}},
        "started_at": {"from": "start", "time": "%Y%m%d%H%M%S"},
        "quantity": {
            "from": "amount",
            "unit": {"voice": "seconds", "data": "kilobytes", "sms": "messages"},
        },
        "other_party": {"from": "peer"},
        "record_id": {"from": "id"},
    },
    "totals": [
        {"in": "trailer", "from": 2},
        {"in": "trailer", "from": 3, "sum_of": "amount"},
    ],
}
