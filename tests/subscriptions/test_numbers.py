import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.subscriptions import iccid, msisdn
from app.subscriptions.errors import BadIccid, BadNumber


def test_a_known_card_number_passes_and_a_mistyped_one_does_not():
    assert iccid.checked("8991 1012 0000 3204514") == "8991101200003204514"
    with pytest.raises(BadIccid):
        iccid.checked("8991101200003204519")


@given(st.integers(min_value=0, max_value=10**12 - 1), st.sampled_from([1, 52, 55, 91]))
def test_every_card_we_number_passes_and_no_single_slip_does(serial, country):
    card = iccid.numbered(country, serial)

    assert iccid.checked(card) == card
    slipped = card[:9] + str((int(card[9]) + 1) % 10) + card[10:]
    with pytest.raises(BadIccid):
        iccid.checked(slipped)


@pytest.mark.parametrize("text", ["", "89", "x" * 19, "89911012000032045١0", "1" * 19])
def test_other_texts_are_no_card_numbers(text):
    with pytest.raises(BadIccid):
        iccid.checked(text)


def test_numbers_are_kept_in_e164_and_shown_as_people_write_them():
    assert msisdn.checked("55 1234 5678", "MX") == "+525512345678"
    assert msisdn.for_people("+525512345678") == "55 1234 5678"
    assert msisdn.for_people("FIB-000123") == "FIB-000123"


@pytest.mark.parametrize(
    "text", ["", "12", "hello", "+5511987654321", "\x00", "5512345", "55123456"]
)
def test_a_number_of_another_country_or_none_is_refused(text):
    with pytest.raises(BadNumber):
        msisdn.checked(text, "MX")
