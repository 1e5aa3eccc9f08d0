"""Africa's Talking as its documentation has it: forms in, CON and END out.

https://developers.africastalking.com/docs/ussd/handle_sessions and …/ussd/notifications
"""

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.dialogue import Ask, Ended, Option, Place, Step, Turn, said_after
from channels.port import BadSignature, Call, Malformed
from channels.ussd import gsm7
from channels.ussd.africastalking import PROVIDER, AfricasTalkingUssd

URL = "https://care.aurora.example/hooks/ussd/abc"
SESSION = {
    "sessionId": "ATUid_0c5ee1ab8a4f4b9a7d",
    "serviceCode": "*384*123#",
    "phoneNumber": "+254711XXXYYY".replace("XXXYYY", "000111"),
    "networkCode": "63902",
    "text": "",
}
ENDED = {
    "date": "2026-11-16 12:00:00",
    "sessionId": "ATUid_0c5ee1ab8a4f4b9a7d",
    "serviceCode": "*384*123#",
    "networkCode": "63902",
    "phoneNumber": "+254711000111",
    "status": "Success",
    "cost": "KES 0.10",
    "durationInMillis": "12345",
    "hopsCount": "3",
    "input": "1*1",
    "lastAppResponse": "END Your account number is ACC1001",
    "errorMessage": "",
}
PLACE = Place(URL, 0)


def channel(**settings):
    return PROVIDER.open({"token": "s3cret", **settings}, None)


def call(form, *, url=f"{URL}?token=s3cret", **headers):
    return Call("POST", url, headers, urlencode(form).encode())


def test_a_turn():
    turn = channel().read(call({**SESSION, "text": "1*2"}))

    assert turn == Turn("ATUid_0c5ee1ab8a4f4b9a7d", "+254711000111", "*384*123#", "1*2", grows=True)


def test_a_number_whose_plus_was_lost_is_the_same_number():
    assert (
        channel().read(call({**SESSION, "phoneNumber": "254711000111"})).sender == "+254711000111"
    )


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("Success", "completed"), ("Incomplete", "abandoned"), ("Failed", "failed"), ("?", "failed")],
)
def test_the_end_of_a_session(status, outcome):
    ended = channel().read(call({**ENDED, "status": status}), "events")

    assert ended == Ended("ATUid_0c5ee1ab8a4f4b9a7d", outcome, 12)


@pytest.mark.parametrize("url", [URL, f"{URL}?token=", f"{URL}?token=other", f"{URL}?t=s3cret"])
def test_without_the_secret_it_is_not_theirs(url):
    with pytest.raises(BadSignature):
        channel().admit(call(SESSION, url=url))


def test_an_inbox_without_a_secret_lets_nobody_in():
    with pytest.raises(BadSignature):
        AfricasTalkingUssd({}).admit(call(SESSION, url=f"{URL}?token="))


def test_networks_are_kept_when_they_are_given():
    careful = channel(networks="203.0.113.0/24, 2001:db8::/32")

    assert careful.admit(call(SESSION, **{"remote-addr": "203.0.113.9"})) is None
    assert careful.admit(call(SESSION, **{"remote-addr": "2001:db8::1"})) is None
    for address in ("198.51.100.1", "", "nowhere"):
        with pytest.raises(BadSignature):
            careful.admit(call(SESSION, **{"remote-addr": address}))


def test_a_screen_goes_on_with_con_and_ends_with_end():
    asked = Step("Balance: ₹ 299", options=(Option("1", "Más"),), ask=Ask.CHOICE, back="Atrás")
    ended = Step("Adiós, señor · ¡vuelva!")

    assert channel().render(asked, PLACE).body.decode() == "CON Balance: Rs  299\n1 Mas\n0 Atras"
    assert channel().render(ended, PLACE).body.decode() == "END Adios, señor - ¡vuelva!"


@pytest.mark.parametrize(
    ("trail", "former", "said"),
    [
        ("1", "", "1"),
        ("1*2", "1", "2"),
        ("1*2*3", "1", "2*3"),
        ("1*", "1", ""),
        ("1**", "1", "*"),
        ("12", "1", None),
        ("2*1", "1", None),
        ("1", "1", None),
        ("", "", None),
        ("4*1", None, "4*1"),
    ],
)
def test_what_is_new_is_what_follows_the_former_text(trail, former, said):
    assert said_after(trail, former) == said


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_was_typed_is_heard_as_typed(former, typed):
    assert said_after(f"{former}*{typed}" if former else typed, former) == (
        typed if former or typed else None
    )


@given(st.text(max_size=300))
def test_any_text_becomes_one_of_the_telephones_alphabet(text):
    plain = gsm7.plain(text)

    assert gsm7.plain(plain) == plain
    assert gsm7.length(plain) >= len(plain)


@given(st.binary(max_size=500), st.sampled_from(["", "events", "7"]))
def test_any_bytes_are_a_turn_or_make_no_sense(body, event):
    with suppress(Malformed):
        channel().read(Call("POST", URL, {}, body), event)
