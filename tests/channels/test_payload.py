"""Reading what providers send, whatever its shape."""

from datetime import UTC, datetime

import pytest

from channels.payload import Part, load, moment
from channels.port import Malformed

NOON = datetime(2025, 2, 12, 0, 43, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (1739321024, NOON),
        ("1739321024", NOON),
        (1739321024000, NOON),
        ("2025-02-12T00:43:44+0000", NOON),
        ("2025-02-11T18:43:44-06:00", NOON),
        ("2025-02-12T00:43:44", None),
        ("0001-01-01T00:00:00+14:00", None),
        (True, None),
        (0, None),
        (-5, None),
        (10**30, None),
        (float("nan"), None),
        ("9" * 400, None),
        ([], None),
    ],
)
def test_moments(said, expected):
    assert moment(said) == expected


def test_what_no_database_keeps_is_left_out():
    part = load(
        b'{"text": "a\\u0000b\\ud83dc \\ud83d\\ude00", "id": 7, "flag": true, "none": null}'
    )

    assert part.text("text") == "abc 😀"
    assert (part.text("id"), part.text("flag"), part.text("none"), part.has("none")) == (
        "7",
        "",
        "",
        False,
    )


def test_what_is_of_another_type_is_empty():
    part = Part({"object": [1, {"a": 2}], "list": {"a": 1}})

    assert part.part("object").fields == {}
    assert list(part.parts("list")) == []
    assert [each.fields for each in part.parts("object")] == [{"a": 2}]


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_object_makes_no_sense(body):
    with pytest.raises(Malformed):
        load(body)
