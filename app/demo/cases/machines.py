"""Other machines: a partner's client of the API, and files of the switch, good and bad."""

import io
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.core import clock
from app.demo.actors import colleague, named
from app.identity import clients
from app.mediation.samples import SWITCH
from app.mediation.service import files, layouts, receiving, review

SOURCE = "switch-mx"
API_CLIENT = "api_client.json"
Row = tuple[str, str, int]  # number, kind, amount


def arrange(state: Path) -> None:
    _make_client(state)
    bill = colleague("bill")
    layouts.add_layout(SOURCE, "Switch Centro", "MX", SWITCH, by=bill)
    now = clock.now()
    with clock.moved_to(now - timedelta(hours=8)):
        _receive("centro-001.csv", _good(), now - timedelta(hours=9))
    with clock.moved_to(now - timedelta(hours=2)):
        _receive("centro-002.csv", _odd(), now - timedelta(hours=3))
        _receive("centro-003.csv", _good(), now - timedelta(hours=2), lost=1)
    review.flag_customer(
        named("hugo@example.com").id, "Llamadas muy largas desde que debe.", by=bill
    )


def _make_client(state: Path) -> None:
    made = clients.make(
        by=colleague("admin"),
        name="Tienda en línea",
        scopes=("customers.read", "catalog.read", "subscriptions.activate", "kyc.submit"),
        markets=("MX",),
    )
    told = {"client_id": str(made.client.client_id), "client_secret": made.secret}
    path = state / API_CLIENT
    path.touch(mode=0o600)
    path.write_text(json.dumps(told, indent=2))


def _good() -> list[Row]:
    return [(f"+52477123{n:04d}", kind, 60 * n) for n in range(1, 21) for kind in ("V", "D")]


def _odd() -> list[Row]:
    """A number of nobody, a call of two days, a thousand thousand messages, a wrong kind."""
    return [
        *_good()[:6],
        ("+525500000000", "V", 240),
        ("+525500000001", "V", 31),
        ("+524771230003", "V", 172_800),
        ("+524771230005", "S", 1_000_000),
        ("+525512340007", "V", 90_000),
        ("+524771230009", "X", 12),
    ]


def _receive(name: str, rows: Sequence[Row], began: datetime, *, lost: int = 0) -> None:
    """The trailer tells of so many rows more than there are."""
    local = began.astimezone(ZoneInfo("America/Mexico_City"))
    lines = [f"H;{SOURCE};{local:%Y%m%d}"]
    for serial, (number, kind, amount) in enumerate(rows):
        start = local + timedelta(seconds=serial)
        lines.append(f"R;{name}-{serial:03d};{number};{kind};{start:%Y%m%d%H%M%S};{amount};")
    lines.append(f"T;{len(rows) + lost};{sum(row[2] for row in rows)}")
    content = io.BytesIO("\r\n".join([*lines, ""]).encode())
    received = receiving.receive(SOURCE, name, content, by=colleague("bill"))
    files.read(received.id, by=colleague("bill"))
