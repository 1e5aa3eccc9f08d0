"""Numbers that somebody in need is given."""

import re
from pathlib import Path

import pytest
import yaml

from actions import listening

DATA = yaml.safe_load(Path(listening.__file__).with_suffix(".yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("market", DATA)
def test_each_market_names_who_listens_and_where_that_is_known_from(market):
    told = DATA[market]

    assert re.fullmatch(r"[A-Z]{2}", market)
    assert re.fullmatch(r"[\d ]{3,15}", told["number"])
    assert told["source"]
    assert listening.who_listens(market) == {"name": told["name"], "number": told["number"]}


def test_of_other_markets_nothing_is_made_up():
    assert listening.who_listens("XX") is None
