"""Layouts are data: every format reads to the same record, and a bad one says what is wrong."""

import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.models import UsageKind
from app.core.actor import SYSTEM
from app.core.errors import Conflict, Invalid
from app.mediation import layout, service
from app.mediation.errors import BadLayout, LayoutChanged
from app.mediation.mapping import BadField, Mapper, Parsed
from app.mediation.reading import Reader
from app.mediation.totals import Checker
from tests.factories.actors import staff
from tests.factories.markets import MarketFactory
from tests.factories.mediation import CSV, JSON, LayoutFactory
from tests.mediation.conftest import csv_file, reasons, records, row

NOON = datetime(2026, 5, 10, 18, tzinfo=UTC)
SAME = Parsed("+525512345678", UsageKind.VOICE, NOON, 90, record_id="c-1")

AS_CSV = {
    "format": "csv",
    "header_row": True,
    "fields": {
        "number": {"from": "Número"},
        "kind": {"always": "voice"},
        "started_at": {
            "join": ["day", "time"],
            "time": "%d/%m/%Y %H:%M",
            "timezone": "America/Mexico_City",
        },
        "quantity": {"from": "min", "unit": "minutes"},
        "record_id": {"from": 1},
    },
}
AS_FIXED = {
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
AS_ARRAY = {
    "format": "json_array",
    "mark": {"from": "type", "trailer": "end"},
    "fields": {
        "number": {"from": "who.msisdn"},
        "kind": {"from": "kind"},
        "started_at": {"from": "at", "time": "epoch_ms"},
        "quantity": {"from": "used.seconds"},
        "record_id": {"from": "id"},
    },
    "totals": [{"in": "trailer", "from": "count"}],
}
EPOCH = int(NOON.timestamp())
FILES = [
    (AS_CSV, 'id,Número,day,time,min\r\nc-1,"+525512345678",10/05/2026,12:00,1.5\r\n'),
    (AS_FIXED, f"1+525512345678  01{EPOCH}000900c-1     \n9000001\n"),
    (
        AS_ARRAY,
        json.dumps(
            [
                {
                    "id": "c-1",
                    "who": {"msisdn": "+525512345678"},
                    "kind": "voice",
                    "at": EPOCH * 1000,
                    "used": {"seconds": 89.2},
                },
                {"type": "end", "count": 1},
            ],
            indent=2,
        ),
    ),
    (
        {**JSON, "decimal": ","},
        json.dumps(
            {
                "id": "c-1",
                "msisdn": "+525512345678",
                "kind": "voice",
                "start": "2026-05-10T12:00:00-06:00",
                "quantity": "90,0",
            }
        ),
    ),
]


def parsed(definition, text):
    known = layout.read(definition)
    reader = Reader(known)
    checker = Checker(known)
    found = []
    for each in reader.rows(io.BytesIO(text.encode())):
        checker.see(each)
        if reader.role(each) == "record":
            found.append(Mapper(known, reader).parsed(each))
    assert all(each.holds for each in checker.checks())
    return found


@pytest.mark.parametrize(("definition", "text"), FILES)
def test_every_format_reads_to_the_same_record(definition, text):
    assert parsed(definition, text) == [SAME]


@given(st.integers(0, 10**9), st.sampled_from(sorted(layout.UNITS)))
def test_a_unit_is_rounded_up_to_whole_ones_of_ours_and_never_lost(quantity, unit):
    definition = {
        **JSON,
        "fields": {**JSON["fields"], "quantity": {"from": "quantity", "unit": unit}},
    }
    text = json.dumps({"msisdn": "1", "kind": "data", "start": "20260510", "quantity": quantity})
    many, one = layout.UNITS[unit]

    got = parsed(definition, text)[0].quantity

    assert got * one >= quantity * many > (got - 1) * one


@pytest.mark.parametrize("said", ["-0.5", "-1", "-90000"])
def test_what_is_below_zero_stays_below_zero_in_any_unit(said):
    unit = {"from": "quantity", "unit": "milliseconds"}
    definition = {**JSON, "fields": {**JSON["fields"], "quantity": unit}}
    text = json.dumps({"msisdn": "1", "kind": "voice", "start": "20260510", "quantity": said})

    assert parsed(definition, text)[0].quantity < 0


@pytest.mark.parametrize("said", ["1_000", "9" * 49, "1e99", "NaN", "many", ""])
def test_what_is_no_number_is_a_bad_field(said):
    text = json.dumps({"msisdn": "1", "kind": "voice", "start": "20260510", "quantity": said})

    with pytest.raises(BadField) as bad:
        parsed(JSON, text)

    assert bad.value.field == "quantity"


def test_what_was_parsed_survives_being_kept_as_text():
    assert Parsed.from_plain(SAME.plain()) == SAME
    with pytest.raises(BadField):
        Parsed.from_plain({**SAME.plain(), "started_at": "2026-05-10T12:00:00"})


def test_a_large_array_is_read_piece_by_piece():
    one = json.dumps({"kind": "voice", "id": "x" * 900})
    text = "[" + ",\n".join([one] * 500) + "]"
    found = list(Reader(layout.read({**AS_ARRAY})).rows(io.BytesIO(text.encode())))

    assert len(found) == 500
    assert {each.text for each in found} == {one}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "xml"}, "Kind of file: must be one of csv, fixed, json_lines, json_array"),
        ({"encoding": "klingon"}, "unknown encoding"),
        ({"encoding": "base64"}, "unknown encoding"),
        ({"encoding": "idna"}, "unknown encoding"),
        ({"timezone": "../../etc/passwd"}, "unknown time zone"),
        ({"timezone": "Mars"}, "unknown time zone"),
        ({"fields": {}}, "needed and not there: Number, Kind, Begins, Quantity"),
        ({"surprise": 1}, "surprise: is not known here"),
        ({"quote": ""}, "Quotation mark: must not be empty"),
        ({"fields": {**CSV["fields"], "color": {"from": "c"}}}, "color: must be one of number"),
        ({"totals": [{"in": "trailer", "from": [0, 1]}]}, "Control totals, 1, Place: a place is"),
        ({"totals": [{"in": "trailer", "from": 2}], "mark": None}, "totals need a mark"),
        ({"totals": [{"in": "beside", "from": "N"}]}, "totals in a file beside need its suffix"),
        ({"beside": {"suffix": ".ctl"}}, "a file beside needs a total or a hash"),
        ({"beside": {"suffix": "../x"}}, "Ending of its name: is not written as expected"),
        ({"columns": []}, "not among the columns"),
        ({"fields": {**CSV["fields"], "number": {"from": [1, 2]}}}, "no place"),
        ({"fields": {**CSV["fields"], "number": {}}}, "Number: say where it stands or what"),
        *(
            (
                {"fields": {**CSV["fields"], "started_at": {"from": "start", "time": pattern}}},
                f"Begins, How times are written: unknown way to write times {pattern}",
            )
            for pattern in ("%d%d", "%", "%e")
        ),
        (
            {"fields": {**CSV["fields"], "quantity": {"from": "amount", "unit": "miles"}}},
            "Quantity, Unit: unknown unit miles",
        ),
    ],
)
def test_a_bad_layout_says_what_is_wrong(database, change, said):
    with pytest.raises(BadLayout) as refused:
        service.try_layout({**CSV, **change}, "", MarketFactory().code, by=SYSTEM)

    assert said in " ".join(refused.value.details["faults"])


def test_trying_a_layout_says_of_each_row_what_would_become_of_it(line):
    rows = [
        row(line),
        row(line, at="never"),
        row("+525599999999"),
        row(line, amount=-1),
        row(line, at="20260401120000"),
    ]
    content = csv_file(*rows).decode().replace("T;5", "T;6")

    trial = service.try_layout(CSV, content, "MX", by=SYSTEM)

    assert [(each.role, each.reason, each.field) for each in trial.samples] == [
        ("header", None, None),
        ("record", None, None),
        ("record", "malformed", "started_at"),
        ("record", "unknown_line", None),
        ("record", "bad_quantity", None),
        ("record", "not_in_service", None),
        ("trailer", None, None),
    ]
    assert trial.samples[1].record["started_at"] == "2026-05-10T18:00:00+00:00"
    assert trial.samples[2].record["number"] == line.number
    assert [each.holds for each in trial.checks] == [False, True]
    assert (records(), reasons()) == ([], {})


def test_a_trial_says_why_a_whole_file_would_be_refused_and_shows_the_first_rows(line):
    rows = [row(line) for _ in range(60)]

    trial = service.try_layout(CSV, "\n".join(rows), "MX", by=SYSTEM)

    assert (trial.refusal, trial.rows, len(trial.samples)) == ("no_header", 60, 50)


def test_a_trial_is_of_a_market_that_one_may_see(database):
    MarketFactory(brazil=True)
    with pytest.raises(Invalid):
        service.try_layout(CSV, "", "BR", by=staff("billing_administrator", markets=["MX"]))


def test_of_two_who_change_a_layout_at_once_the_second_is_told(database):
    LayoutFactory()
    service.change_layout("switch", "New name", CSV, version=1, by=SYSTEM)

    with pytest.raises(LayoutChanged):
        service.change_layout("switch", "Other name", CSV, version=1, by=SYSTEM)


def test_a_new_source_needs_a_name_of_its_own(database):
    code = MarketFactory().code
    service.add_layout("fresh", "Fresh", code, JSON, by=SYSTEM)

    with pytest.raises(Conflict):
        service.add_layout("fresh", "Again", code, JSON, by=SYSTEM)
    for bad in ("", "../etc", "a b", "ñ", "x" * 61):
        with pytest.raises(Invalid):
            service.add_layout(bad, "Name", code, JSON, by=SYSTEM)
