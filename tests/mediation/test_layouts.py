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
from tests.factories.markets import MarketFactory
from tests.factories.mediation import CSV, JSON, LayoutFactory

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
    for row in reader.rows(io.BytesIO(text.encode())):
        checker.see(row)
        if reader.role(row) == "record":
            found.append(Mapper(known, reader).parsed(row))
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


def test_what_was_parsed_survives_being_kept_as_text():
    assert Parsed.from_plain(SAME.plain()) == SAME
    with pytest.raises(BadField):
        Parsed.from_plain({**SAME.plain(), "started_at": "2026-05-10T12:00:00"})


def test_a_large_array_is_read_piece_by_piece():
    one = json.dumps({"kind": "voice", "id": "x" * 900})
    text = "[" + ",\n".join([one] * 500) + "]"
    rows = list(Reader(layout.read({**AS_ARRAY})).rows(io.BytesIO(text.encode())))

    assert len(rows) == 500
    assert {row.text for row in rows} == {one}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "xml"}, "format"),
        ({"encoding": "klingon"}, "unknown encoding"),
        ({"encoding": "base64"}, "unknown encoding"),
        ({"timezone": "../../etc/passwd"}, "unknown time zone"),
        ({"fields": {}}, "fields has no number"),
        ({"surprise": 1}, "surprise"),
        ({"totals": [{"in": "trailer", "from": 2}], "mark": None}, "totals need a mark"),
        ({"columns": []}, "not among the columns"),
        ({"fields": {**CSV["fields"], "number": {"from": [1, 2]}}}, "no place"),
        ({"fields": {**CSV["fields"], "number": {}}}, "exactly one"),
        ({"fields": {**CSV["fields"], "quantity": {"from": "amount", "unit": "miles"}}}, "miles"),
    ],
)
def test_a_bad_layout_says_what_is_wrong(change, said):
    with pytest.raises(BadLayout) as refused:
        service.try_layout({**CSV, **change}, "")

    assert said in " ".join(refused.value.details["faults"])


def test_trying_a_layout_shows_records_and_faults_and_keeps_nothing(database):
    tried = service.try_layout(
        CSV, "H;x\nR;1;+525512345678;V;20260510120000;60;\nR;2;+525512345678;V;never;60;\nT;2;120"
    )

    assert [(each.role, each.fault) for each in tried] == [
        ("header", None),
        ("record", None),
        ("record", "started_at"),
        ("trailer", None),
    ]
    assert tried[1].record["started_at"] == "2026-05-10T18:00:00+00:00"
    assert tried[2].record["number"] == "+525512345678"


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
