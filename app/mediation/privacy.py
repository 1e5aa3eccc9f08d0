"""Odd records of usage: decided ones stay as numbers, what was read goes."""

from app.core.personal import SERVICE, Blank, Delete, Keep, Part, Personal

PART = Part(
    tables=(
        Personal(
            "usage_anomaly",
            {"line_id": "line", "customer_id": "customer"},
            Blank(raw="", record={}, note=None),
        ),
        Personal("usage_parted_session", {"line_id": "line"}, Keep(SERVICE)),
        Personal("usage_part", {"session_id": "usage_parted_session"}, Blank(other_party=None)),
        Personal("usage_suspect", {"customer_id": "customer"}, Delete()),
    ),
    exempt={
        "usage_file": "files of whole networks",
        "usage_layout": "how files are read",
        "usage_stream_position": "how far a stream was read",
    },
)
