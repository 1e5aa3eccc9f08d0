"""Which papers count. Sources: UIDAI's Verhoeff example numbers and ICAO 9303 part 4's specimen, as
python-stdnum and ICAO publish them; the rest is a digit changed."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.customers.papers import (
    BadPaper,
    PaperExpired,
    PaperKind,
    PaperNotTaken,
    checked,
    mrz_digit,
    taken_in,
)

# The specimen is good until 15 April 2012.
THEN = date(2012, 4, 15)
SPECIMEN = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)


@pytest.mark.parametrize(
    ("kind", "market", "written", "kept"),
    [
        ("aadhaar", "IN", "2341 2341 2346", "234123412346"),
        ("pan", "IN", "acupa7085r", "ACUPA7085R"),
        ("cpf", "BR", "390.533.447-05", "39053344705"),
        ("curp", "MX", " hegg560427mvzrrl04 ", "HEGG560427MVZRRL04"),
        ("passport", "MX", "\n".join(SPECIMEN), "L898902C3"),
        ("passport", "BR", SPECIMEN[1], "L898902C3"),
    ],
)
def test_a_right_paper_is_kept_plainly(kind, market, written, kept):
    assert checked(PaperKind(kind), written, market, on=THEN) == kept


@pytest.mark.parametrize(
    ("kind", "market", "written"),
    [
        ("aadhaar", "IN", "234123412347"),
        ("aadhaar", "IN", "123412341234"),
        ("aadhaar", "IN", "643343121"),
        ("pan", "IN", "ABMPA32111"),
        ("pan", "IN", "ABMXA3211G"),
        ("cpf", "BR", "390.533.447-06"),
        ("cpf", "BR", "111.111.111-1"),
        ("cpf", "BR", "111.111.111-11"),
        ("cpf", "BR", "00000000000"),
        ("curp", "MX", "HEGG560427MVZRRL05"),
        ("curp", "MX", "HEGG561327MVZRRL04"),
        ("passport", "MX", SPECIMEN[1][:-1] + "1"),
        ("passport", "MX", "M898902C36UTO7408122F1204159ZE184226B<<<<<10"),
        ("passport", "MX", "X" + SPECIMEN[0][1:] + SPECIMEN[1]),
        ("passport", "MX", "L898902C3"),
        ("passport", "MX", ""),
        ("curp", "MX", "٤٤٤"),
    ],
)
def test_a_wrong_digit_is_found(kind, market, written):
    with pytest.raises(BadPaper):
        checked(PaperKind(kind), written, market, on=THEN)


@pytest.mark.parametrize(("market", "kind"), [("MX", "aadhaar"), ("IN", "cpf"), ("US", "curp")])
def test_each_market_takes_its_own_papers(market, kind):
    with pytest.raises(PaperNotTaken):
        checked(PaperKind(kind), "1", market, on=THEN)
    assert PaperKind.PASSPORT in taken_in(market)


def test_an_expired_passport_is_refused():
    with pytest.raises(PaperExpired):
        checked(PaperKind.PASSPORT, SPECIMEN[1], "MX", on=date(2012, 4, 16))


@pytest.mark.parametrize(
    ("expiry", "on", "good"),
    [
        ("991231", date(2098, 1, 1), True),
        ("010101", date(2099, 12, 31), True),
        ("991231", date(2026, 1, 1), False),
        ("760101", date(2026, 1, 1), True),
    ],
)
def test_two_digits_of_a_year_are_read_near_today(expiry, on, good):
    line = SPECIMEN[1]
    line = line[:21] + expiry + mrz_digit(expiry) + line[28:43]
    line += mrz_digit(line[:10] + line[13:20] + line[21:43])

    if good:
        assert checked(PaperKind.PASSPORT, line, "MX", on=on) == "L898902C3"
    else:
        with pytest.raises(PaperExpired):
            checked(PaperKind.PASSPORT, line, "MX", on=on)


def test_the_specimens_digits():
    line = SPECIMEN[1]
    assert mrz_digit(line[:9]) == "6"
    assert mrz_digit("740812") == "2"
    assert mrz_digit("120415") == "9"
    assert mrz_digit(line[28:42]) == "1"


@given(place=st.integers(0, 43), sign=st.sampled_from(string.digits + string.ascii_uppercase))
def test_one_changed_sign_of_a_checked_field_never_passes_unnoticed(place, sign):
    """The checksum counts modulo 10, so a sign may stand for another of its own remainder."""
    line = SPECIMEN[1]
    changed = line[:place] + sign + line[place + 1 :]
    unchecked = {10, 11, 12, 20}
    same = int(sign, 36) % 10 == (0 if line[place] == "<" else int(line[place], 36) % 10)
    if place in unchecked or same:
        return

    with pytest.raises(BadPaper):
        checked(PaperKind.PASSPORT, changed, "MX", on=THEN)


@given(st.text(max_size=60))
def test_any_text_is_a_refusal_or_a_number(text):
    for kind in PaperKind:
        try:
            checked(kind, text, {"cpf": "BR", "curp": "MX"}.get(kind.value, "IN"), on=THEN)
        except (BadPaper, PaperNotTaken, PaperExpired):
            continue
