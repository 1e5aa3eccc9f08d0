"""A file is one effect: checked whole, taken in once, refused with the reason."""

import gzip
import hashlib
import io
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.core import db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid
from app.mediation import service
from app.mediation.errors import TooMuchAtOnce, UnknownSource
from app.mediation.events import FileTaken
from app.mediation.models import Anomaly, FileStatus, ReceivedFile
from app.usage.models import UsageRecord
from tests.factories.actors import agent, staff
from tests.factories.mediation import CSV, LayoutFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard
from tests.mediation.conftest import MAY_1, csv_file, message, reasons, records, row


def take_in(content, source="switch", name="a.csv", by=SYSTEM, control=None):
    file = service.receive(source, name, io.BytesIO(content), by=by, control=control)
    return service.read(file.id, by=by)


def counts(file):
    return (file.accepted, file.duplicates, file.matched, file.parts, file.for_review)


def test_a_file_is_taken_in_with_its_units_and_its_clock(line):
    LayoutFactory()

    with heard(FileTaken) as said:
        file = take_in(csv_file(row(line, 90), row(line, 3, kind="D"), row(line, 1, kind="S")))

    assert (file.status, counts(file)) == (FileStatus.DONE, (3, 0, 0, 0, 0))
    assert records() == [1, 90, 3072]
    noon = datetime(2026, 5, 10, 18, tzinfo=UTC)  # twelve o'clock in Mexico City
    assert set(db.session.scalars(select(UsageRecord.started_at))) == {noon}
    assert said == [FileTaken(file.id, "switch", "done")]
    assert [each["holds"] for each in file.control] == [True, True]


def test_the_same_file_again_is_the_same_file_and_one_effect(line):
    LayoutFactory()
    content = csv_file(row(line))

    first = take_in(content)
    again = take_in(content, name="renamed.csv")

    assert (again.id, again.copies, again.accepted) == (first.id, 2, 1)
    assert records() == [60]


@pytest.mark.parametrize(
    ("totals", "wrong"),
    [({"count": 3}, "records"), ({"total": 121}, "sum of amount"), ({"total": 119.5}, None)],
)
def test_a_file_with_a_wrong_total_is_refused_whole_and_says_which(line, totals, wrong):
    LayoutFactory()

    file = take_in(csv_file(row(line), row(line), **totals))

    assert (file.status, file.reason) == (FileStatus.REFUSED, "wrong_total")
    failed = [each["what"] for each in file.control if not each["holds"]]
    assert failed == [wrong or "sum of amount"]
    assert (records(), reasons()) == ([], {})


def test_a_file_that_was_refused_is_looked_at_anew_when_its_layout_was_mended(line):
    layout = LayoutFactory(definition={**CSV, "encoding": "ascii"})
    content = csv_file(row(line, peer="Peña"))
    assert take_in(content).reason == "bad_encoding"

    service.change_layout("switch", "Switch", CSV, version=layout.version, by=SYSTEM)
    assert take_in(content).accepted == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"R;1;x;V;20260510120000;60;\n", "no_header"),
        (b"H;s\nR;1;x;V;20260510120000;60;\n", "no_trailer"),
        (b"H;s\nT;0;0\nR;1;x;V;20260510120000;60;\n", "records_after_trailer"),
        (b"R;1;x;V;2;60;\nH;s\nT;1;60\n", "misplaced_header"),
        (b"H;s\nT;0;0\nT;0;0\n", "misplaced_trailer"),
        (b"H;s\nR;\xff\xfe\nT;1;60\n", "bad_encoding"),
        (b'H;s\nR;"never closed\nT;1;60\n' + b"x\n" * 90_000, "bad_format"),
        (b"H;s\nR;" + b"9" * 70_000 + b"\nT;1;60\n", "row_too_long"),
        (b"H;s\nT;none;0\n", "wrong_total"),
        (gzip.compress(b"H;s\nT;0;0\n", mtime=0), "bad_encoding"),
    ],
)
def test_files_that_are_not_what_their_layout_says(line, content, reason):
    LayoutFactory()

    file = take_in(content)

    assert (file.status, file.reason) == (FileStatus.REFUSED, reason)
    assert records() == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings_marks_and_line_ends(line, encoding, end):
    told = "utf-8" if encoding == "utf-8-sig" else encoding
    LayoutFactory(definition={**CSV, "encoding": told})
    content = csv_file(row(line, peer="Peña"), end=end).decode().encode(encoding)

    assert take_in(content).accepted == 1
    assert db.session.scalars(select(UsageRecord.other_party)).one() == "Peña"


BARE = {
    **{name: part for name, part in CSV.items() if name not in {"mark", "totals"}},
    "columns": [*CSV["columns"], "price"],
    "beside": {"suffix": ".ctl", "sha256": "SHA256"},
    "totals": [
        {"in": "beside", "from": "RECORDS"},
        {"in": "beside", "from": "UNITS", "sum_of": "amount"},
        {"in": "beside", "from": "AMOUNT", "sum_of": "price"},
    ],
}


@pytest.fixture
def bare(line):
    """A file without header and trailer: two records of 90 units and 1.50 together."""
    LayoutFactory(definition=BARE)
    return f"{row(line, 60)};1.25\n{row(line, 30)};0.25\n".encode()


def beside(content, records=2, units=90, amount="1.50", sha256=None):
    digest = sha256 or hashlib.sha256(content).hexdigest().upper()
    lines = [f"RECORDS={records}", f"units: {units}", f"Amount;{amount}", f"SHA256 {digest}"]
    return "\r\n".join(lines).encode()


def test_totals_may_stand_in_a_file_beside(bare):
    file = take_in(bare, control=beside(bare))

    assert (file.status, file.accepted) == (FileStatus.DONE, 2)
    whats = ["records", "sum of amount", "sum of price", "sha256"]
    assert [(each["what"], each["holds"]) for each in file.control] == [
        (what, True) for what in whats
    ]
    as_json = json.dumps({"records": 2, "units": 90, "amount": 1.5})
    assert take_in(bare.replace(b"0.25", b"0.250"), control=as_json.encode()).reason == "wrong_hash"


@pytest.mark.parametrize(
    ("wrong", "reason", "what"),
    [
        ({"records": 3}, "wrong_total", "records"),
        ({"units": 91}, "wrong_total", "sum of amount"),
        ({"amount": "1.51"}, "wrong_total", "sum of price"),
        ({"amount": "much"}, "wrong_total", "sum of price"),
        ({"sha256": "0" * 64}, "wrong_hash", "sha256"),
    ],
)
def test_a_file_that_differs_from_the_one_beside_is_refused_whole_by_the_rule(
    bare, wrong, reason, what
):
    file = take_in(bare, control=beside(bare, **wrong))

    assert (file.status, file.reason) == (FileStatus.REFUSED, reason)
    assert [each["what"] for each in file.control if not each["holds"]] == [what]
    assert (records(), reasons()) == ([], {})


def test_without_the_file_beside_nothing_is_taken_until_it_comes(bare):
    assert take_in(bare).reason == "no_control_file"
    for unreadable in (
        b"RECORDS\n",
        b'{"RECORDS": ',
        b"RECORDS=2\nrecords=2",
        b'{"RECORDS": 2, "records": 3}',
        b'{"SHA256": "\\u0000"}',
        b'{"SHA256": "\\ud800"}',
    ):
        assert take_in(bare, control=unreadable).reason == "bad_control_file"
    assert records() == []

    assert take_in(bare, control=beside(bare)).status is FileStatus.DONE
    with pytest.raises(Invalid):
        take_in(bare, control=b"x" * 70_000)


@pytest.mark.parametrize("quantity", ["1e-999999", "0e-999999", "1e99", "9" * 60])
def test_a_number_of_absurd_size_is_none(line, quantity):
    LayoutFactory()

    total = take_in(f"H;s\n{row(line)}\nT;1;{quantity}\n".encode())
    record = take_in(f"H;s\n{row(line)}\n{row(line, quantity)}\nT;2;60\n".encode())

    assert (total.reason, total.control[1]["said"]) == ("wrong_total", None)
    assert (record.accepted, reasons()) == (1, {"malformed": 1})


def test_odd_records_are_put_aside_and_the_others_count(line):
    LayoutFactory()
    closed = line_with_plan(activated_at=MAY_1, closed_at=MAY_1, status="closed")
    rows = [
        row(line),
        row(line, -1),
        row(line, 90_000),  # longer than a day
        row("+525500000000"),
        row(closed),
        row(line, at="20990101000000"),
        row(line, at="yesterday"),
        "R;too;short",
        row(line, kind="X"),
        row(line, "1e999999999"),
    ]

    file = take_in(csv_file(*rows, count=10, total=60 - 1 + 90_000 + 60 * 5))

    assert counts(file) == (1, 0, 0, 0, 9)
    assert reasons() == {
        "bad_quantity": 1,
        "absurd_quantity": 1,
        "unknown_line": 1,
        "not_in_service": 1,
        "bad_time": 1,
        "malformed": 4,
    }
    odd = {each.field: each for each in db.session.scalars(select(Anomaly)) if each.field}
    assert odd.keys() == {"started_at", "kind", "quantity"}
    assert odd["started_at"].raw == rows[6]
    assert odd["started_at"].record["number"] == line.number
    known = db.session.scalars(select(Anomaly).where(Anomaly.reason == "bad_quantity")).one()
    assert (known.line_id, known.customer_id, known.file_id) == (line.id, line.customer_id, file.id)


def test_one_name_with_two_contents_goes_to_review_and_copies_are_counted(line):
    LayoutFactory(json=True)
    take = lambda *messages: service.take("gateway", "\n".join(messages).encode(), by=SYSTEM)  # noqa: E731
    first = message(line, 60, id="cdr-1")

    assert take(first, first).duplicates == 1
    other = message(line, 61, id="cdr-1")
    assert take(other).for_review == 1
    assert (take(other).for_review, take(first).duplicates) == (1, 1)

    assert (records(), reasons()) == ([60], {"differs": 2})


def test_numbers_are_found_however_they_are_written_and_at_their_moment(line):
    LayoutFactory()
    number = line.number
    recycled = line_with_plan(activated_at=MAY_1, closed_at=datetime(2026, 5, 5, tzinfo=UTC))
    later = line_with_plan(activated_at=datetime(2026, 5, 7, tzinfo=UTC))
    later.number = recycled.number
    db.session.commit()
    national = number.removeprefix("+52")
    spelt = [number, number[1:], "00" + number[1:], national, f"{national[:2]} {national[2:]}"]
    rows = [row(each) for each in spelt]
    rows += [row(recycled, at="20260503120000"), row(later, at="20260508120000")]
    rows += [row(later, at="20260506120000")]  # nobody's that day

    take_in(csv_file(*rows))

    lines = list(db.session.scalars(select(UsageRecord.line_id)))
    assert [lines.count(each.id) for each in (line, recycled, later)] == [5, 1, 1]
    assert reasons() == {"not_in_service": 1}


def test_a_record_in_a_foreign_currency_is_not_rated(line):
    LayoutFactory(json=True)

    taken = service.take(
        "gateway",
        "\n".join([message(line, currency="MXN"), message(line, currency="USD")]).encode(),
        by=SYSTEM,
    )

    assert (taken.accepted, reasons()) == (1, {"wrong_currency": 1})


def test_who_may_bring_records_and_of_which_lines(line):
    LayoutFactory(json=True)
    content = message(line).encode()

    with pytest.raises(Forbidden):
        service.take("gateway", content, by=agent())
    with pytest.raises(UnknownSource):
        service.take("nobody", content, by=SYSTEM)
    with pytest.raises(UnknownSource):
        service.take("gateway", content, by=staff("billing_administrator", markets=["BR"]))
    with pytest.raises(Invalid):
        service.receive("gateway", "a\nb", io.BytesIO(content), by=SYSTEM)
    with pytest.raises(TooMuchAtOnce):
        service.take("gateway", b"{}\n" * 5001, by=SYSTEM)
    assert db.session.scalars(select(ReceivedFile)).all() == []


def test_what_cannot_be_stored_is_put_aside_as_text(line):
    LayoutFactory(json=True)
    bad = [b'{"msisdn": "\\u0000"}', b'{"msisdn": "\\ud800"}', b"[" * 60_000, b"null", b"\x00"]

    taken = service.take("gateway", b"\n".join(bad), by=SYSTEM)

    assert (taken.for_review, sum(reasons().values())) == (5, 5)


def test_a_file_takes_as_many_statements_as_it_has_chunks(line, session, monkeypatch):
    from tests.statements import statements

    LayoutFactory()
    lines = [line_with_plan(activated_at=MAY_1) for _ in range(20)]

    def sent(count):
        content = csv_file(*(row(lines[n % 20], n, kind="D") for n in range(1, count)))
        session.expunge_all()
        with statements(session) as found:
            take_in(content)
        return len(found)

    few, many = sent(50), sent(1500)

    assert many <= few + 2
