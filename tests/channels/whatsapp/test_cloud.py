"""WhatsApp's Cloud API: its calls understood, its signatures proved, its refusals told apart."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from channels.port import (
    BadSignature,
    Button,
    Call,
    ChannelDown,
    Edited,
    Inbound,
    Kind,
    Malformed,
    Media,
    Moved,
    Outbound,
    PassedBy,
    Receipt,
    State,
    Template,
    TemplateJudged,
    Undeliverable,
    Withdrawn,
)
from channels.whatsapp.cloud import PROVIDER
from channels.whatsapp.numbers import address
from tests.channels.calls import names, payload, posted

SETTINGS = {
    "phone_number_id": "106540352242922",
    "access_token": "EAAG-token",
    "app_secret": "secret",
    "verify_token": "ours",
}
AT = datetime(2025, 2, 12, 0, 43, 44, tzinfo=UTC)
MID = "wamid.HBgNNTUxMTk4NzY1NDMyMRUCABIYFDNBREY4NDQxMzQ3RTg1NzFDMTAA"
ANA, CARE = "+5511987654321", "+525550783881"


def opened(api=None, **more):
    return PROVIDER.open({**SETTINGS, **more}, api)


def signed(body, secret="secret"):
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=True).encode()
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return posted(raw, {"x-hub-signature-256": f"sha256={digest}"})


def read(name):
    call = signed(payload("whatsapp", name))
    assert opened().admit(call) is None
    return opened().read(call)


def said(text, **more):
    given = {"name": "Ana Souza", "at": AT, **more}
    return Inbound(given.pop("mid", MID), given.pop("sender", ANA), CARE, text, **given)


def file(media_type, handle, text="", name=""):
    return said(text, kind=Kind.MEDIA, media=(Media(media_type, name, handle=handle),))


OURS = {"answers": "wamid.OURS"}
TOO_LATE = (
    "Message failed to send because more than 24 hours have passed since the customer last "
    "replied to this number."
)

CASES = {
    "text": said("¿Por qué subió mi factura? 😡"),
    "reply": said("Esta, sí", **OURS),
    "forwarded": said("mira"),
    "from_an_ad": said("¿Me interesa?"),
    "image": file("image/jpeg", "1003383421387256", "El módem"),
    "image_that_did_not_come": said("El módem"),
    "voice": file("audio/ogg", "1908647269898587"),
    "video": file("video/mp4", "1166846181421424"),
    "document": file("application/pdf", "1376223850470843", "Mi pago", "Comprobante.pdf"),
    "sticker": file("image/webp", "798882015472548"),
    "location": said(
        "Solomon R. Guggenheim Museum, 1071 5th Ave, New York, NY 10128, 40.78291,-73.959076",
        kind=Kind.LOCATION,
    ),
    "pin": said("19.4326,-99.1332", kind=Kind.LOCATION),
    "contacts": said(
        "Barbara J. Johnson: +1 (940) 555-1234, bj@example.com\nLeo: 5511911112222",
        kind=Kind.CONTACT,
    ),
    "reaction": said("👍", kind=Kind.REACTION, **OURS),
    "reaction_taken_back": said("", kind=Kind.REACTION, **OURS),
    "button_reply": said("Confirmar", kind=Kind.BUTTON, payload="confirm_plan", **OURS),
    "list_reply": said("20 GB", kind=Kind.BUTTON, payload="plan_20", **OURS),
    "flow": said(
        "address: Rua A, 10\nfloor: 3\ndays: seg, ter\npets: false\nmore: 1",
        kind=Kind.OTHER,
        payload=(
            '{"flow_token":"t-1","address":"Rua A, 10","floor":3,'
            '"days":["seg","ter"],"pets":false,"more":{"a":1}}'
        ),
        **OURS,
    ),
    "call_permission": PassedBy("interactive"),
    "template_button": said("Parar", kind=Kind.BUTTON, payload="stop-promos", **OURS),
    "order": said("2 × sim-card (30 MXN)\n1 × modem (899.5 MXN)", kind=Kind.OTHER),
    "unsupported": PassedBy("unsupported"),
    "unknown": PassedBy("unknown"),
    "request_welcome": PassedBy("request_welcome"),
    "in_a_group": PassedBy("group"),
    "edit": Edited("wamid.FIRST", "Quise decir mayo", AT),
    "revoke": Withdrawn("wamid.FIRST", AT),
    "moved": Moved(ANA, "+5511912345678", AT),
    "moved_as_before": Moved(ANA, "+5511912345678", AT),
    "new_phone": PassedBy("system.customer_identity_changed"),
    "hidden_number": Inbound(
        "wamid.HIDDEN",
        "BR.4KgQ2wJ8",
        CARE,
        "Oi",
        name="Ana",
        at=datetime(2026, 2, 17, 9, 37, 4, tzinfo=UTC),
    ),
    "old_brazilian": said("Oi", sender="+5511987654321"),
    "old_mexican": said("Hola", sender="+525512345678"),
    "for_another_number": PassedBy("another_number"),
    "sent": Receipt(State.SENT, "wamid.OURS", at=AT),
    "delivered": Receipt(State.DELIVERED, "wamid.OURS", at=AT),
    "read": Receipt(State.READ, "wamid.OURS", at=AT),
    "played": Receipt(State.READ, "wamid.OURS", at=AT),
    "failed": Receipt(State.FAILED, "wamid.OURS", at=AT, code="131047", reason=TOO_LATE),
    "deleted_status": PassedBy("status.deleted"),
    "template_approved": TemplateJudged("bill_ready", "es_MX", "approved"),
    "template_rejected": TemplateJudged("promo", "pt_BR", "rejected", "INCORRECT_CATEGORY"),
    "template_paused": TemplateJudged("promo", "pt_BR", "paused", "FIRST_PAUSE"),
    "template_flagged": PassedBy("template.flagged"),
    "account_update": PassedBy("account_update"),
    "errors": PassedBy("errors"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_each_call_says(name):
    assert read(name) == (CASES[name],)


def test_every_payload_has_its_expectation():
    assert names("whatsapp") == sorted([*CASES, "several"])


def test_a_call_may_hold_much():
    assert read("several") == (
        said("uno", mid="wamid.1"),
        said("dos", mid="wamid.2"),
        CASES["delivered"],
        said("tres", mid="wamid.3"),
    )


def test_one_message_without_sense_does_not_hide_the_others():
    call = payload("whatsapp", "several")
    del call["entry"][0]["changes"][0]["value"]["messages"][0]["id"]

    events = opened().read(signed(call))

    assert events[0] == PassedBy("text")
    assert [event.text for event in events if isinstance(event, Inbound)] == ["dos", "tres"]


def test_her_name_is_known_though_her_number_is_spelt_otherwise():
    call = payload("whatsapp", "old_brazilian")
    value = call["entry"][0]["changes"][0]["value"]
    value["contacts"][0]["wa_id"] = "5511987654321"

    [event] = opened().read(signed(call))

    assert event.name == "Ana Souza"
    value["contacts"].append({"profile": {"name": "Leo"}, "wa_id": "551133334444"})
    assert opened().read(signed(call))[0].name == ""


@pytest.mark.parametrize(
    ("wa_id", "number"),
    [
        ("16505551234", "+16505551234"),
        ("+16505551234", "+16505551234"),
        ("5215512345678", "+525512345678"),
        ("525512345678", "+525512345678"),
        ("5511987654321", "+5511987654321"),
        ("551187654321", "+5511987654321"),
        ("551133334444", "+551133334444"),
        ("5491123456789", "+5491123456789"),
        ("BR.4KgQ2wJ8", "BR.4KgQ2wJ8"),
        ("", ""),
    ],
)
def test_people_are_known_by_what_is_dialled(wa_id, number):
    assert address(wa_id) == number


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"entry":{}}', b"[" * 9999, b"\xff"])
def test_what_is_no_call_of_theirs_makes_no_sense(body):
    with pytest.raises(Malformed):
        opened().read(signed(body))


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(signed({"entry": []}, secret="other"), id="another secret"),
        pytest.param(posted({"entry": []}), id="no signature"),
        pytest.param(posted(b"{}", {"x-hub-signature": "sha1=0"}), id="the old signature"),
        pytest.param(posted(b"{}", {"x-hub-signature-256": "sha256=ñ"}), id="noise"),
        pytest.param(Call("POST", "https://x", signed(b"{}").headers, b"{} "), id="a space more"),
    ],
)
def test_what_meta_did_not_sign_is_refused(call):
    with pytest.raises(BadSignature):
        opened().admit(call)


def test_without_a_secret_of_ours_nothing_is_admitted():
    with pytest.raises(BadSignature):
        opened(app_secret="").admit(signed({"entry": []}, secret=""))


HANDSHAKE = (
    "https://care.example/hooks/channels/one?hub.mode={}&hub.challenge=115&hub.verify_token={}"
)


def test_the_handshake_is_answered_with_the_challenge():
    answer = opened().admit(Call("GET", HANDSHAKE.format("subscribe", "ours"), {}, b""))

    assert (answer.status, answer.body) == (200, b"115")
    assert answer.content_type.startswith("text/plain")


@pytest.mark.parametrize(
    "url",
    [
        HANDSHAKE.format("subscribe", "theirs"),
        HANDSHAKE.format("subscribe", ""),
        HANDSHAKE.format("unsubscribe", "ours"),
        "https://care.example/hooks/channels/one",
        "https://[",
    ],
)
def test_a_handshake_with_another_token_is_refused(url):
    with pytest.raises(BadSignature):
        opened().admit(Call("GET", url, {}, b""))


def test_without_a_token_of_ours_no_handshake_is_answered():
    with pytest.raises(BadSignature):
        opened(verify_token="").admit(Call("GET", HANDSHAKE.format("subscribe", ""), {}, b""))


SENT = {"messaging_product": "whatsapp", "messages": [{"id": "wamid.NEW"}]}
HELLO = Outbound("key-1", ANA, "Hola")


def what_leaves(partner, message):
    partner.then(SENT)
    assert opened(partner.url).send(message) == "wamid.NEW"
    [asked] = partner.asked
    assert asked.path == "/v23.0/106540352242922/messages"
    assert asked.headers["authorization"] == "Bearer EAAG-token"
    body = asked.json
    assert (body["messaging_product"], body["biz_opaque_callback_data"]) == ("whatsapp", "key-1")
    return body


def test_words(partner):
    body = what_leaves(partner, HELLO)

    assert (body["to"], body["type"], body["text"]["body"]) == ("5511987654321", "text", "Hola")


def test_somebody_who_hides_her_number(partner):
    body = what_leaves(partner, Outbound("key-1", "BR.4KgQ2wJ8", "Oi"))

    assert (body["recipient"], "to" in body) == ("BR.4KgQ2wJ8", False)


def buttons(count, title="Opción {}"):
    return tuple(Button(title.format(n), f"p{n}") for n in range(1, count + 1))


def test_up_to_three_buttons(partner):
    body = what_leaves(partner, Outbound("key-1", ANA, "¿Cuál?", buttons=buttons(3)))

    action = body["interactive"]["action"]
    assert (body["type"], body["interactive"]["type"]) == ("interactive", "button")
    assert action["buttons"][2] == {"type": "reply", "reply": {"id": "p3", "title": "Opción 3"}}


def test_up_to_ten_in_a_list(partner):
    message = Outbound("key-1", ANA, "Qual?", buttons=buttons(10), language="pt_BR")

    shown = what_leaves(partner, message)["interactive"]

    assert (shown["type"], shown["action"]["button"]) == ("list", "Opções")
    assert shown["action"]["sections"][0]["rows"][9] == {"id": "p10", "title": "Opción 10"}


@pytest.mark.parametrize(
    "choices",
    [
        pytest.param(buttons(11), id="too many"),
        pytest.param(buttons(2, "Una opción demasiado larga {}"), id="too long"),
        pytest.param((Button("Igual", "a"), Button("Igual", "b")), id="twice the same"),
    ],
)
def test_other_buttons_are_numbered_words(partner, choices):
    body = what_leaves(partner, Outbound("key-1", ANA, "¿Cuál?", buttons=choices))

    lines = body["text"]["body"].splitlines()
    assert (lines[0], lines[1]) == ("¿Cuál?", f"1. {choices[0].title}")
    assert len(lines) == len(choices) + 1


def test_a_template(partner):
    message = Outbound("key-1", ANA, "", template=Template("bill_ready", "es_MX", ("Ana", "199")))

    assert what_leaves(partner, message)["template"] == {
        "name": "bill_ready",
        "language": {"code": "es_MX"},
        "components": [
            {
                "type": "body",
                "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "199"}],
            }
        ],
    }


def test_a_file_is_uploaded_and_carries_the_words(partner):
    partner.then({"id": "77"}, SENT)
    media = Media("application/pdf", "mayo.pdf", content=b"%PDF")

    opened(partner.url).send(Outbound("key-1", ANA, "Tu factura", media=(media,)))

    upload, message = partner.asked
    assert (upload.path, b"%PDF" in upload.body) == ("/v23.0/106540352242922/media", True)
    assert message.json["document"] == {"id": "77", "caption": "Tu factura", "filename": "mayo.pdf"}


def test_words_that_no_caption_can_hold_follow_the_file(partner):
    partner.then(SENT)
    media = (Media("audio/ogg", handle="5"), Media("image/png", url="https://x/1.png"))

    opened(partner.url).send(Outbound("key-1", ANA, "x" * 1025, media=media))

    assert [asked.json["type"] for asked in partner.asked] == ["audio", "image", "text"]
    assert partner.asked[1].json["image"] == {"link": "https://x/1.png"}


def test_once_a_part_has_left_nothing_is_said_twice(partner):
    partner.then(SENT, (503, b""))
    media = (Media("audio/ogg", handle="5"),)

    with pytest.raises(Undeliverable) as refused:
        opened(partner.url).send(Outbound("key-1", ANA, "Hola", media=media))

    assert refused.value.code == "partly_sent"


def refusal(code, status=400, **more):
    error = {"message": f"(#{code}) No", "code": code, "error_data": {"details": "Why"}, **more}
    return status, {"error": error}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (131047, 400),
        (131026, 400),
        (131051, 400),
        (132001, 404),
        (100, 400),
        (131009, 500),
        (368, 400),
    ],
)
def test_what_is_about_the_recipient_or_the_words_is_final(partner, code, status):
    partner.then(refusal(code, status))

    with pytest.raises(Undeliverable) as refused:
        opened(partner.url).send(HELLO)

    assert (refused.value.code, str(refused.value)) == (str(code), "Why")


@pytest.mark.parametrize(
    ("answer", "retry_after"),
    [
        *[(refusal(code), None) for code in (130429, 80007, 131056, 4, 190, 131000, 131016, 1, 2)],
        ((429, {"error": {"code": 130429}}, {"Retry-After": "30"}), 30.0),
        ((401, b""), None),
        ((502, b"<html>"), None),
        ((200, b"garbage"), None),
        ((200, {"messages": []}), None),
        ((302, b"", {"Location": "https://elsewhere"}), None),
    ],
)
def test_what_is_not_about_the_message_is_tried_again(partner, answer, retry_after):
    partner.then(answer)

    with pytest.raises(ChannelDown) as down:
        opened(partner.url).send(HELLO)

    assert down.value.retry_after == retry_after


def test_a_file_is_fetched_by_its_id(partner):
    found = {"url": f"{partner.url}/v23.0/file", "mime_type": "image/jpeg", "file_size": 2}
    partner.then(found, (200, b"\xff\xd8", {"Content-Type": "image/jpeg"}))

    fetched = opened(partner.url).fetch(Media("image/jpeg", handle="1003"))

    assert (fetched.content, fetched.handle) == (b"\xff\xd8", "1003")
    assert [asked.path for asked in partner.asked] == ["/v23.0/1003", "/v23.0/file"]


def test_a_file_that_is_too_large_or_elsewhere_is_not_fetched(partner):
    partner.then({"url": f"{partner.url}/x", "file_size": 30_000_000}, {"url": "http://10.0.0.1/x"})

    for code in ("too_large", "foreign_host"):
        with pytest.raises(Undeliverable) as refused:
            opened(partner.url).fetch(Media("image/jpeg", handle="1"))
        assert refused.value.code == code


def test_what_she_wrote_is_marked_as_read(partner):
    opened(partner.url).mark_read("wamid.HERS")

    assert partner.asked[0].json["message_id"] == "wamid.HERS"
