"""Orders about a person's lines."""

from app.core.personal import SERVICE, Keep, Part, Personal

PART = Part(
    tables=(
        Personal("port_in", {"line_id": "line", "account_id": "account"}, Keep(SERVICE)),
        Personal("port_out", {"line_id": "line"}, Keep(SERVICE)),
        Personal("provisioning_order", {"line_id": "line"}, Keep(SERVICE)),
    ),
    exempt={
        "outage": "of areas, not of persons",
    },
)
