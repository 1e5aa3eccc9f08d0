"""Messenger and Instagram: their calls understood, and what leaves for them."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from channels.messenger.meta import INSTAGRAM, PROVIDER
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
    Outbound,
    PassedBy,
    Receipt,
    State,
    Undeliverable,
    Withdrawn,
)
from tests.channels.calls import names, payload, posted

PAGE, ACCOUNT, ANA = "1906385232743451", "17841405822304914", "1254459154682919"
SETTINGS = {
    "account_id": PAGE,
    "access_token": "EAAG-page",
    "app_secret": "secret",
    "verify_token": "ours",
}
AT = datetime(2025, 2, 12, 0, 43, 44, 123000, tzinfo=UTC)
UP_TO = datetime(2025, 2, 12, 0, 43, 43, tzinfo=UTC)
MID = "m_AG5Hz2Uq7tuwNEhXfYYKj8mJEM_QPpz5jdCK48PnKAjSdjfipqxqMvK8ma6AC8fplwlqLP_5cgXIbu7I3rBN0P"
IMID = "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDA1ODIyMzA0OTE0OjM0MDI4MjM2Njg0MTcxMDMwMQZDZD"


def opened(api=None, provider=PROVIDER, **more):
    return provider.open({**SETTINGS, **more}, api)


def signed(body):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    digest = hmac.new(b"secret", raw, hashlib.sha256).hexdigest()
    return posted(raw, {"x-hub-signature-256": f"sha256={digest}"})


def read(name):
    call = signed(payload("messenger", name))
    provider, own = (INSTAGRAM, ACCOUNT) if name.startswith("instagram") else (PROVIDER, PAGE)
    channel = opened(provider=provider, account_id=own)
    assert channel.admit(call) is None
    return channel.read(call)


def said(text, mid=MID, **more):
    return Inbound(mid, ANA, PAGE, text, at=AT, **more)


def on_instagram(text, **more):
    return Inbound(IMID, ANA, ACCOUNT, text, at=AT, **more)


def file(media_type, name, url, kind=Kind.MEDIA):
    return {"kind": kind, "media": (Media(media_type, name, url=url),)}


FBCDN = "https://scontent.xx.fbcdn.net/v/"
FBSBX = "https://cdn.fbsbx.com/v/"
STORY = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id="

CASES = {
    "text": said("Oi, sem sinal"),
    "reply": said("Este", answers="m_OURS"),
    "quick_reply": said("Sim", kind=Kind.BUTTON, payload="YES"),
    "image": said(
        "",
        kind=Kind.MEDIA,
        media=(
            Media("image/jpeg", "modem.jpg", url=FBCDN + "t1.15752-9/modem.jpg?_nc_cat=1"),
            Media("image/jpeg", "luz.jpg", url=FBCDN + "t1.15752-9/luz.jpg"),
        ),
    ),
    "sticker": said("", **file("image/png", "851557.png", FBCDN + "t39.1997-6/851557.png")),
    "audio": said("", **file("audio/mp4", "audioclip.mp4", FBSBX + "t59.3654-21/audioclip.mp4")),
    "file": said(
        "Comprovante",
        **file("application/octet-stream", "pago.pdf", FBSBX + "t59.2708-21/pago.pdf?x=1"),
    ),
    "location": said("Ana's Location, -23.55052,-46.633308", kind=Kind.LOCATION),
    "shared_link": said("olha\nPlanos https://aurora.example/planos", kind=Kind.OTHER),
    "product": said("SIM", kind=Kind.OTHER),
    "echo": PassedBy("echo"),
    "standby": PassedBy("standby"),
    "postback": said("Get Started", mid="m_POST", kind=Kind.BUTTON, payload="START"),
    "edit": Edited(MID, "Quis dizer maio", AT),
    "unsent": Withdrawn(MID, AT),
    "referral": PassedBy("referral"),
    "optin": PassedBy("optin"),
    "handover": PassedBy("pass_thread_control"),
    "feed": PassedBy("changes.feed"),
    "for_another_page": PassedBy("another_account"),
    "read": Receipt(State.READ, recipient=ANA, up_to=UP_TO, at=UP_TO),
    "instagram_text": on_instagram("hola"),
    "instagram_story_reply": on_instagram(
        "¿Hasta cuándo?", **file("image/jpeg", "", STORY + "1", Kind.STORY_REPLY)
    ),
    "instagram_story_mention": on_instagram(
        "", **file("image/jpeg", "", STORY + "2", Kind.STORY_REPLY)
    ),
    "instagram_shared_post": on_instagram(STORY + "3", kind=Kind.OTHER),
    "instagram_reel": on_instagram("", **file("video/mp4", "", STORY + "4")),
    "instagram_unsent": Withdrawn(IMID, AT),
    "instagram_unsupported": PassedBy("unsupported"),
    "instagram_seen": Receipt(State.READ, "OURS", at=AT),
    "instagram_echo": PassedBy("echo"),
    "instagram_comment": PassedBy("changes.comments"),
    "instagram_as_a_change": on_instagram("hola"),
    "instagram_icebreaker": on_instagram("¿Cobertura?", kind=Kind.BUTTON, payload="COVERAGE"),
}
WITHOUT_ID = {"postback_without_mid", "reaction", "unreact"}


@pytest.mark.parametrize("name", CASES)
def test_what_each_call_says(name):
    assert read(name) == (CASES[name],)


def test_every_payload_has_its_expectation():
    assert names("messenger") == sorted([*CASES, *WITHOUT_ID, "several", "delivery"])


def test_a_call_may_hold_much():
    assert read("several") == (said("um", "m_1"), said("dois", "m_2"), said("três", "m_3"))


def test_delivered_are_those_named_and_all_before():
    assert read("delivery") == (
        Receipt(State.DELIVERED, "m_OURS", at=UP_TO),
        Receipt(State.DELIVERED, recipient=ANA, up_to=UP_TO, at=UP_TO),
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("postback_without_mid", {"text": "Get Started", "payload": "START", "kind": Kind.BUTTON}),
        ("reaction", {"text": "❤️", "answers": "m_OURS", "kind": Kind.REACTION}),
        ("unreact", {"text": "", "answers": "m_OURS", "kind": Kind.REACTION}),
    ],
)
def test_what_comes_without_an_id_has_one_that_copies_share(name, expected):
    [event], [copy] = read(name), read(name)

    assert event == copy
    assert event.provider_id.startswith(("postback:", "reaction:"))
    assert {field: getattr(event, field) for field in expected} == expected


def test_to_react_and_to_take_it_back_are_two_things():
    [there], [gone] = read("reaction"), read("unreact")

    assert there.provider_id != gone.provider_id


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"object":"page"}', b"\xff\xfe"])
def test_what_is_no_call_of_theirs_makes_no_sense(body):
    with pytest.raises(Malformed):
        opened().read(signed(body))


def test_what_meta_did_not_sign_is_refused():
    with pytest.raises(BadSignature):
        opened().admit(posted({"entry": []}, {"x-hub-signature-256": "sha256=00"}))


def test_the_handshake_is_answered_with_the_challenge():
    url = "https://x/h?hub.mode=subscribe&hub.verify_token=ours&hub.challenge=77"

    assert opened().admit(Call("GET", url, {}, b"")).body == b"77"


SENT = {"recipient_id": ANA, "message_id": "m_NEW"}
CHOICE = (Button("Sim", "yes"), Button("Não", ""))


def what_leaves(partner, message, provider=PROVIDER):
    partner.then(SENT)
    assert opened(partner.url, provider).send(message) == "m_NEW"
    [asked] = partner.asked
    assert (asked.path, asked.headers["authorization"]) == (
        "/v23.0/me/messages",
        "Bearer EAAG-page",
    )
    return asked.json


def test_a_machine_answers_and_offers_quick_replies(partner):
    assert what_leaves(partner, Outbound("1", ANA, "Certo?", buttons=CHOICE)) == {
        "recipient": {"id": ANA},
        "messaging_type": "RESPONSE",
        "message": {
            "text": "Certo?",
            "quick_replies": [
                {"content_type": "text", "title": "Sim", "payload": "yes"},
                {"content_type": "text", "title": "Não", "payload": "Não"},
            ],
        },
    }


def test_a_person_says_that_she_is_one(partner):
    body = what_leaves(partner, Outbound("1", ANA, "Oi", by_person=True))

    assert (body["messaging_type"], body["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


def test_too_many_buttons_are_numbered_words(partner):
    many = tuple(Button(f"Opção {n}", "x") for n in range(14))

    body = what_leaves(partner, Outbound("1", ANA, "Qual?", buttons=many))

    assert body["message"]["text"].splitlines()[14] == "14. Opção 13"


def test_a_file_goes_by_its_address(partner):
    media = (Media("image/png", url="https://x/1.png"),)

    body = what_leaves(partner, Outbound("1", ANA, "", media=media), INSTAGRAM)

    assert body["message"] == {
        "attachment": {"type": "image", "payload": {"url": "https://x/1.png"}}
    }


def test_messenger_takes_files_themselves(partner):
    partner.then(SENT)
    media = (Media("application/pdf", "a.pdf", content=b"%PDF"),)

    opened(partner.url).send(Outbound("1", ANA, "Veja", media=media))

    file, words = partner.asked
    assert b"%PDF" in file.body
    assert b'{"id": "1254459154682919"}' in file.body
    assert words.json["message"] == {"text": "Veja"}


def test_instagram_does_not(partner):
    media = (Media("application/pdf", "a.pdf", content=b"%PDF"),)

    with pytest.raises(Undeliverable):
        opened(partner.url, INSTAGRAM).send(Outbound("1", ANA, "", media=media))


@pytest.mark.parametrize(
    ("code", "subcode", "known_as"),
    [
        (10, 2018278, "10/2018278"),
        (551, 1545041, "551/1545041"),
        (100, None, "100"),
        (200, None, "200"),
    ],
)
def test_what_is_about_the_recipient_or_the_words_is_final(partner, code, subcode, known_as):
    error = {"message": "No", "type": "OAuthException", "code": code}
    partner.then((400, {"error": error | ({"error_subcode": subcode} if subcode else {})}))

    with pytest.raises(Undeliverable) as refused:
        opened(partner.url).send(Outbound("1", ANA, "Oi"))

    assert refused.value.code == known_as


@pytest.mark.parametrize("code", [613, 4, 32, 1200, 2, 190])
def test_what_is_not_about_the_message_is_tried_again(partner, code):
    partner.then((400, {"error": {"message": "No", "code": code}}))

    with pytest.raises(ChannelDown):
        opened(partner.url).send(Outbound("1", ANA, "Oi"))


def test_files_lie_with_meta_alone(partner):
    partner.then((200, b"GIF", {"Content-Type": "image/gif"}))
    here = Media("image/jpeg", url=f"{partner.url}/v23.0/x.gif")

    assert opened(partner.url).fetch(here).content == b"GIF"
    with pytest.raises(Undeliverable):
        opened(partner.url).fetch(Media("image/jpeg", url="https://fbcdn.net.evil.example/x"))
