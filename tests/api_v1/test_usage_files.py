"""Files of usage over HTTP: handed in, read by a worker, asked for."""

import hashlib
import io
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.api.v1 import usage_files
from app.catalog.models import UsageKind
from app.core import db, events, outbox
from app.mediation import storage
from app.mediation.models import FileStatus, ReceivedFile
from app.usage.models import UsageRecord
from tests.factories.catalog import OfferVersionFactory
from tests.factories.markets import MarketFactory
from tests.factories.mediation import CSV, LayoutFactory
from tests.factories.subscriptions import line_with_plan
from tests.mediation.conftest import MAY_1, MAY_10, csv_file, message, row

# As tests/mediation/test_layouts.py has it.
FIXED = {
    "format": "fixed",
    "mark": {"from": [1, 1], "trailer": "9"},
    "fields": {
        "number": {"from": [2, 15]},
        "kind": {"from": [17, 2], "values": {"01": "voice"}},
        "started_at": {"from": [19, 10], "time": "epoch"},
        "quantity": {"from": [29, 6], "unit": "deciseconds"},
        "record_id": {"from": [35, 8]},
    },
    "totals": [{"in": "trailer", "from": [2, 6]}],
}


@pytest.fixture(autouse=True)
def kept(app, tmp_path):
    folder = tmp_path / "kept"
    storage.keep_in(folder)
    return folder


@pytest.fixture
def line(app):
    plan = OfferVersionFactory(includes={UsageKind.VOICE: 100})
    return line_with_plan(plan, activated_at=MAY_1)


def send(machine, content, source="switch", name="cdr.csv", **more):
    query = {"source": source, "name": name, **more}
    return machine.send("/usage-files", None, data=content, query_string=query)


def work_off():
    """What the worker does when it is woken."""
    for entry_id in outbox.due():
        assert outbox.run_errand(entry_id, events.deliver)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_file_is_kept_at_once_and_read_by_a_worker(machine, line):
    LayoutFactory()
    switch = machine()

    answer = send(switch, csv_file(row(line), row(line, -5), row("+525500000000")))

    assert answer.status_code == 202
    assert answer.json["status"] == "waiting"
    assert answer.json["address"] == f"/api/v1/usage-files/{answer.json['id']}"
    assert count(UsageRecord) == 0
    work_off()
    told = switch.get(f"/usage-files/{answer.json['id']}").json
    assert told["status"] == "done"
    assert told["counts"] == {
        "records": 3,
        "taken": 3,
        "accepted": 1,
        "duplicates": 0,
        "matched": 0,
        "parts": 0,
        "for_review": 2,
    }
    assert [(each["row"], each["reason"]) for each in told["for_review"]] == [
        (3, "bad_quantity"),
        (4, "unknown_line"),
    ]
    assert all(each["holds"] for each in told["control"])
    assert count(UsageRecord) == 1


def test_the_same_file_again_is_the_same_file(machine, line):
    LayoutFactory()
    switch, content = machine(), csv_file(row(line))

    first = send(switch, content).json
    work_off()
    again = send(switch, content, name="renamed.csv").json
    work_off()

    assert (again["id"], again["status"]) == (first["id"], "done")
    assert (count(ReceivedFile), count(UsageRecord)) == (1, 1)
    assert db.session.scalar(select(ReceivedFile.copies)) == 2


def test_wrong_totals_are_refused_whole_with_the_reason(machine, line):
    LayoutFactory()
    switch = machine()

    sent = send(switch, csv_file(row(line), count=9)).json
    work_off()

    told = switch.get(f"/usage-files/{sent['id']}").json
    assert (told["status"], told["reason"]) == ("refused", "wrong_total")
    assert [each for each in told["control"] if not each["holds"]] == [
        {"what": "records", "said": "9", "found": "1", "holds": False}
    ]
    assert count(UsageRecord) == 0


def test_json_and_fixed_width_too(machine, line):
    LayoutFactory(json=True)
    LayoutFactory(source="old", definition=FIXED)
    switch, epoch = machine(), int(MAY_10.timestamp())
    files = {
        "gateway": message(line).encode(),
        "old": f"1{line.number:<15}01{epoch}000900c-1     \n9000001\n".encode(),
    }

    for source, content in files.items():
        sent = send(switch, content, source=source, name="x").json
        work_off()
        told = switch.get(f"/usage-files/{sent['id']}").json
        assert (told["status"], told["counts"]["accepted"]) == ("done", 1), told


def test_what_comes_too_large_or_not_whole_leaves_nothing(machine, line, kept, monkeypatch):
    LayoutFactory()
    switch = machine()
    monkeypatch.setattr(usage_files, "LARGEST", 100)

    answer = send(switch, csv_file(*[row(line) for _ in range(10)]))
    with pytest.raises(ConnectionError):
        storage.write(Broken())

    assert (answer.status_code, answer.json["code"]) == (413, "file_too_large")
    assert count(ReceivedFile) == 0
    assert list(kept.iterdir()) == []


class Broken(io.RawIOBase):
    """A sender that hangs up in the middle."""

    sent = False

    def read(self, _size=-1):
        if self.sent:
            raise ConnectionError
        self.sent = True
        return b"H;switch"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"source": "nobody"}, 404, "unknown_source"),
        ({"source": ""}, 400, "invalid"),
        ({"name": "a\nb"}, 400, "invalid"),
        ({"name": "x" * 201}, 400, "invalid"),
        ({"layout": "x"}, 400, "invalid"),
    ],
    ids=str,
)
def test_what_cannot_be_handed_in(machine, query, status, code):
    LayoutFactory()

    answer = send(machine(), b"x", **query)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert count(ReceivedFile) == 0


def test_others_markets_sources_and_files_are_not_there(machine, line):
    LayoutFactory()
    MarketFactory(brazil=True)
    sent = send(machine(), csv_file(row(line))).json
    brazil, reader = machine(markets=["BR"]), machine(scopes={"usage.read"})

    assert send(brazil, csv_file(row(line))).status_code == 404
    assert brazil.get(f"/usage-files/{sent['id']}").status_code == 404
    assert reader.get(f"/usage-files/{sent['id']}").status_code == 403
    assert send(reader, b"x").status_code == 403


def test_a_machine_of_one_market_uses_no_lines_of_another(machine, line):
    LayoutFactory(market_code=MarketFactory(brazil=True).code)
    sent = send(machine(markets=["BR"]), csv_file(row(line))).json
    work_off()

    file = db.session.get_one(ReceivedFile, UUID(sent["id"]))
    assert (file.status, file.accepted, file.for_review) == (FileStatus.DONE, 0, 1)


def test_the_totals_of_a_file_beside_are_sent_in_the_address(machine, line):
    beside = {"suffix": ".ctl", "sha256": "SHA256"}
    total = {"in": "beside", "from": "RECORDS"}
    LayoutFactory(definition={**CSV, "mark": None, "beside": beside, "totals": [total]})
    switch, content = machine(), row(line).encode()
    said = f"SHA256={hashlib.sha256(content).hexdigest()}\nRECORDS=%s" + "\n" * 200

    right = send(switch, content, control=said % 1).json
    wrong = send(switch, content + b"\n", control=said % 1).json
    work_off()

    assert switch.get(f"/usage-files/{right['id']}").json["status"] == "done"
    assert switch.get(f"/usage-files/{wrong['id']}").json["reason"] == "wrong_hash"
