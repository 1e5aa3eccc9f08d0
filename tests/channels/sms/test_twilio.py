"""SMS through Twilio: its forms understood, its signatures proved, its refusals told apart."""

from dataclasses import replace
from urllib.parse import parse_qs, parse_qsl, urlencode

import pytest
from twilio.request_validator import RequestValidator

from channels.port import (
    BadSignature,
    Button,
    Call,
    ChannelDown,
    Consent,
    Inbound,
    Kind,
    Malformed,
    Media,
    Outbound,
    PassedBy,
    Receipt,
    State,
    Undeliverable,
    Wish,
)
from channels.sms.twilio import PROVIDER
from tests.channels.calls import names, payload

URL = "https://care.example/hooks/channels/one?from=twilio"
TOKEN = "12345"
SETTINGS = {
    "account_sid": "AC1",
    "auth_token": TOKEN,
    "address": "+525550001111",
    "webhook": URL,
}
SAID = Outbound(key="1", recipient="+525512345678", text="Hola")


def opened(api=None, **more):
    return PROVIDER.open({**SETTINGS, **more}, api)


def signed(fields, *, url=URL, signed_url=None, token=TOKEN, content_type=None):
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    signature = RequestValidator(token).compute_signature(
        signed_url or url, dict(fields) if not isinstance(fields, bytes) else {}
    )
    headers = {
        "x-twilio-signature": signature,
        "content-type": content_type or "application/x-www-form-urlencoded; charset=utf-8",
    }
    return Call("POST", url, headers, body)


def read(name):
    call = signed(payload("sms", name))
    assert opened().admit(call) is None
    [event] = opened().read(call)
    return event


SID = "SM" + "a" * 32
ANA, CARE = "+525512345678", "+525550001111"
MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 31 + "1/Messages/MMa/Media/"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text", Inbound(SID, ANA, CARE, "Hola, sin señal")),
        ("through_rcs", Inbound(SID, ANA, "aurora_agent", "Hola, sin señal")),
        ("to_a_pool", Inbound(SID, ANA, CARE, "Hola, sin señal")),
        (
            "picture",
            Inbound(
                "MM" + "a" * 32,
                ANA,
                CARE,
                "",
                kind=Kind.MEDIA,
                media=(
                    Media("image/jpeg", url=MEDIA + "ME0"),
                    Media("text/x-vcard", url=MEDIA + "ME1"),
                ),
            ),
        ),
        ("stop", Consent(ANA, Wish.STOP)),
        ("start", Consent(ANA, Wish.START)),
        ("help", PassedBy("help")),
        (
            "through_whatsapp",
            Inbound(
                SID,
                "+5511987654321",
                "+14155238886",
                "Sim",
                name="Ana",
                kind=Kind.BUTTON,
                payload="YES",
                answers="MK1",
            ),
        ),
        (
            "place_through_whatsapp",
            Inbound(
                SID,
                "+5511987654321",
                "+14155238886",
                "Loja, Rua A, 10, -23.55052,-46.633308",
                kind=Kind.LOCATION,
            ),
        ),
        ("queued", PassedBy("queued")),
        ("sending", PassedBy("sending")),
        ("sent", Receipt(State.SENT, "SMout")),
        ("delivered", Receipt(State.DELIVERED, "SMout")),
        ("read", Receipt(State.READ, "SMout")),
        ("undelivered", Receipt(State.FAILED, "SMout", code="30003")),
        (
            "failed",
            Receipt(
                State.FAILED,
                "SMout",
                code="21610",
                reason="Attempt to send to unsubscribed recipient",
            ),
        ),
        ("debugger", PassedBy("unknown")),
    ],
)
def test_what_each_call_says(name, expected):
    assert read(name) == expected


def test_every_payload_has_its_expectation():
    cases = test_what_each_call_says.pytestmark[0].args[1]
    assert names("sms") == sorted(case[0] for case in cases)


@pytest.mark.parametrize(
    "signed_url",
    ["https://care.example:443/hooks/channels/one?from=twilio", URL],
    ids=["with the port", "without"],
)
def test_twilio_signs_the_address_with_or_without_its_port(signed_url):
    assert opened().admit(signed(payload("sms", "text"), signed_url=signed_url)) is None


def test_a_field_that_comes_twice_is_signed_once_for_each_value():
    pairs = [("From", ANA), ("Body", "b"), ("Body", "a"), ("Body", "b"), ("MessageSid", "SM1")]
    told = URL + "Bodya" + "Bodyb" + "From" + ANA + "MessageSidSM1"
    signature = RequestValidator(TOKEN).compute_signature(told, {})
    headers = {"x-twilio-signature": signature}
    call = Call("POST", URL, headers, urlencode(pairs).encode())

    assert opened().admit(call) is None
    [said] = opened().read(call)
    assert said.text == "b"


def test_json_is_signed_by_the_hash_in_the_address():
    body = b'[{"type":"com.twilio.messaging.message.sent"}]'
    url = URL + "&bodySHA256=" + RequestValidator(TOKEN).compute_hash(body.decode())
    call = signed(body, url=url, content_type="application/json")

    assert opened().admit(call) is None
    assert opened().read(call) == (PassedBy("json"),)
    with pytest.raises(BadSignature):
        opened().admit(Call("POST", url, call.headers, body + b" "))


def test_json_without_its_hash_proves_nothing():
    with pytest.raises(BadSignature):
        opened().admit(signed(b"[]", content_type="application/json"))


GOOD = signed(payload("sms", "text"))


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(signed(payload("sms", "text"), token="other"), id="another token"),
        pytest.param(replace(GOOD, headers={}), id="no signature"),
        pytest.param(replace(GOOD, url=URL + "x"), id="another address"),
        pytest.param(replace(GOOD, body=GOOD.body + b"&Body=more"), id="a field more"),
        pytest.param(signed({}, url="https://[care/"), id="no address at all"),
        pytest.param(Call("POST", URL, {"x-twilio-signature": "ñ"}, b"\xff"), id="noise"),
    ],
)
def test_what_twilio_did_not_sign_is_refused(call):
    with pytest.raises(BadSignature):
        opened().admit(call)


def test_without_a_token_of_ours_nothing_is_admitted():
    call = signed(payload("sms", "text"), token="")

    with pytest.raises(BadSignature):
        opened(auth_token="").admit(call)


def test_a_message_without_an_id_makes_no_sense():
    with pytest.raises(Malformed):
        opened().read(signed({"From": ANA, "Body": "x"}))


def test_the_answer_is_empty_twiml():
    answer = opened().answer(signed({}))

    assert (answer.status, answer.content_type) == (200, "text/xml; charset=utf-8")
    assert b"<Response></Response>" in answer.body


CREATED = (201, {"sid": "SM9", "status": "queued", "error_code": None})


def test_a_message_leaves_with_our_number_and_where_to_report(partner):
    partner.then(CREATED)
    message = Outbound("1", ANA, "¿Cuál?", buttons=(Button("Uno", "a"), Button("Dos", "b")))

    assert opened(partner.url).send(message) == "SM9"

    [asked] = partner.asked
    assert asked.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert asked.headers["authorization"] == "Basic QUMxOjEyMzQ1"
    assert parse_qs(asked.body.decode()) == {
        "To": [ANA],
        "From": [CARE],
        "Body": ["¿Cuál?\n1. Uno\n2. Dos"],
        "StatusCallback": [URL],
    }


def test_a_pool_chooses_the_sender_and_files_go_by_address(partner):
    partner.then(CREATED)
    files = (Media("image/png", url="https://x/1"), Media("image/png", url="https://x/2"))

    opened(partner.url, messaging_service_sid="MG1").send(Outbound("1", ANA, "", media=files))

    sent = parse_qsl(partner.asked[0].body.decode(), keep_blank_values=True)
    assert ("MessagingServiceSid", "MG1") in sent
    assert [value for name, value in sent if name == "MediaUrl"] == ["https://x/1", "https://x/2"]
    assert "From" not in dict(sent)


def test_a_sender_on_whatsapp_writes_to_whatsapp(partner):
    partner.then(CREATED)

    opened(partner.url, sender="whatsapp:+14155238886").send(SAID)

    assert parse_qs(partner.asked[0].body.decode())["To"] == ["whatsapp:" + ANA]


def test_a_file_without_an_address_is_not_sent(partner):
    with pytest.raises(Undeliverable):
        opened(partner.url).send(Outbound("1", ANA, "x", media=(Media("image/png", content=b"x"),)))
    assert partner.asked == []


@pytest.mark.parametrize("code", [21610, 21211, 21614, 30003, 21408, 21612, 21617, 63016])
def test_what_is_about_the_recipient_or_the_words_is_final(partner, code):
    partner.then((400, {"code": code, "message": "No", "status": 400}))

    with pytest.raises(Undeliverable) as refused:
        opened(partner.url).send(SAID)

    assert refused.value.code == str(code)
    assert str(refused.value).endswith("No")


def test_a_message_that_failed_at_once_is_final(partner):
    partner.then((201, {"sid": "SM9", "status": "failed", "error_code": 30007}))

    with pytest.raises(Undeliverable) as refused:
        opened(partner.url).send(SAID)

    assert refused.value.code == "30007"


@pytest.mark.parametrize(
    ("answer", "retry_after"),
    [
        pytest.param((429, {"code": 20429}, {"Retry-After": "7"}), 7.0, id="too fast"),
        pytest.param((503, b"<html>"), None, id="away"),
        pytest.param((500, {"code": 20500}), None, id="broken"),
        pytest.param((401, {"code": 20003, "message": "Authenticate"}), None, id="our token"),
        pytest.param((400, {"code": 21611, "message": "queue full"}), None, id="a full queue"),
        pytest.param((201, b"garbage"), None, id="garbage"),
        pytest.param((201, b"[]"), None, id="another kind of garbage"),
    ],
)
def test_what_is_not_about_the_message_is_tried_again(partner, answer, retry_after):
    partner.then(answer)

    with pytest.raises(ChannelDown) as down:
        opened(partner.url).send(SAID)

    assert down.value.retry_after == retry_after


def test_nobody_there_is_tried_again(partner):
    partner.close()

    with pytest.raises(ChannelDown):
        opened(partner.url).send(SAID)


def test_a_file_is_fetched_with_our_name_and_where_it_leads_without(partner):
    moved = (307, b"", {"Location": f"{partner.url}/elsewhere"})
    partner.then(moved, (200, b"\xff\xd8", {"Content-Type": "image/jpeg; x=y"}))
    media = Media("image/jpeg", url=f"{partner.url}/2010-04-01/Media/ME0")

    fetched = opened(partner.url).fetch(media)

    assert (fetched.content, fetched.media_type) == (b"\xff\xd8", "image/jpeg")
    assert ["authorization" in asked.headers for asked in partner.asked] == [True, False]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://twilio.com.evil.example/x",
        "http://api.twilio.com/x",
        "https://[",
        "",
    ],
)
def test_files_lie_with_twilio_alone(url):
    with pytest.raises(Undeliverable):
        opened().fetch(Media("image/png", url=url))


def test_a_redirect_to_a_stranger_is_not_followed(partner):
    partner.then((307, b"", {"Location": "http://127.0.0.1:1/secret"}))

    with pytest.raises(Undeliverable):
        opened(partner.url).fetch(Media("image/png", url=f"{partner.url}/x"))


def test_a_file_that_is_too_large_or_gone(partner, monkeypatch):
    monkeypatch.setattr("channels.calling.LARGEST", 10)
    partner.then((200, b"x" * 11), (404, b""))

    for code in ("too_large", "404"):
        with pytest.raises(Undeliverable) as refused:
            opened(partner.url).fetch(Media("image/png", url=f"{partner.url}/x"))
        assert refused.value.code == code


def test_our_account_is_asked_for_to_see_that_all_is_well(partner):
    partner.then({"sid": "AC1", "status": "active"})

    opened(partner.url).check()

    assert partner.asked[0].path == "/2010-04-01/Accounts/AC1.json"
