"""No cell of a table is taken for a formula."""

from decimal import Decimal

import pytest

from app.core.spreadsheets import cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "|x",
        "%x",
        "\uff1d1",
        "\uff201",
    ],
)
def test_text_that_begins_like_a_formula_is_text(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "told"), [(-1, "-1"), (Decimal("-1.50"), "-1.50"), (None, ""), ("a=1", "a=1")]
)
def test_what_is_none_stays(value, told):
    assert cell(value) == told
