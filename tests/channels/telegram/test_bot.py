"""Telegram's updates of every kind, and what leaves for it."""

import json
import logging
from datetime import UTC, datetime

import pytest

from channels.port import (
    BadSignature,
    Button,
    ChannelDown,
    Consent,
    Edited,
    Inbound,
    Kind,
    Malformed,
    Media,
    Outbound,
    PassedBy,
    Undeliverable,
    Wish,
)
from channels.telegram.bot import PROVIDER
from tests.channels.calls import names, payload, posted

BOT, ANA = "123456", "1111111"
TOKEN = BOT + ":ABC-def"
SETTINGS = {"bot_token": TOKEN, "secret": "ours"}
AT = datetime(2025, 2, 12, 0, 43, 44, tzinfo=UTC)
LATER = datetime(2025, 2, 12, 0, 43, 50, tzinfo=UTC)


def opened(api=None, **more):
    return PROVIDER.open({**SETTINGS, **more}, api)


def sent(body, secret="ours"):
    return posted(body, {"x-telegram-bot-api-secret-token": secret})


def read(name):
    call = sent(payload("telegram", name))
    assert opened().admit(call) is None
    [event] = opened().read(call)
    return event


def said(text, **more):
    given = {"at": AT, **more}
    mid = given.pop("mid", f"{ANA}:1365")
    return Inbound(mid, ANA, BOT, text, name="Ana Souza", **given)


def file(media_type, handle, text="", name="", **more):
    return said(text, kind=Kind.MEDIA, media=(Media(media_type, name, handle=handle),), **more)


CASES = {
    "text": said("Sem sinal 😕"),
    "start": said("/start tok-123", thread="tok-123"),
    "reply": said("este", answers=f"{ANA}:1334"),
    "photo": file("image/jpeg", "large", "O modem"),
    "album": file("image/jpeg", "p2", mid=f"{ANA}:1366"),
    "document": file("application/pdf", "d1", name="pago.pdf"),
    "animation": file("video/mp4", "a1", name="x.mp4"),
    "audio": file("audio/mpeg", "au1"),
    "voice": file("audio/ogg", "v1"),
    "video": file("video/mp4", "vi1", "olha"),
    "video_note": file("video/mp4", "vn1"),
    "sticker": file("image/webp", "s1", "👍"),
    "moving_sticker": file("application/x-tgsticker", "s2", "👍"),
    "location": said("-23.55052,-46.633308", kind=Kind.LOCATION),
    "venue": said("Loja Centro, Rua A, 10, -23.5,-46.6", kind=Kind.LOCATION),
    "own_contact": said("Ana: +5511987654321", kind=Kind.CONTACT, payload="+5511987654321"),
    "foreign_contact": said(
        "Leo: +5511900000000", kind=Kind.CONTACT, payload="+5511900000000", vouched=False
    ),
    "contact_without_account": said(
        "Leo: +5511900000000", kind=Kind.CONTACT, payload="+5511900000000", vouched=False
    ),
    "dice": said("🎲 4", kind=Kind.OTHER),
    "poll": said("Cobertura?\n- Boa\n- Ruim", kind=Kind.OTHER),
    "pinned": PassedBy("pinned_message"),
    "edited": Edited(f"{ANA}:1365", "Sem sinal em casa", LATER),
    "walking": PassedBy("live_location"),
    "pressed": said(
        "Não",
        mid="callback:4382bfdwdsb323b2d9",
        kind=Kind.BUTTON,
        payload="no",
        answers=f"{ANA}:1364",
        at=None,
    ),
    "pressed_elsewhere": PassedBy("callback_query"),
    "channel_post": PassedBy("channel_post"),
    "group": PassedBy("group"),
    "migrated": PassedBy("group.migrated"),
    "blocked": Consent(ANA, Wish.STOP, AT),
    "unblocked": Consent(ANA, Wish.START, AT),
    "added_to_group": PassedBy("my_chat_member"),
    "reacted": said("👍", mid="reaction:10000", kind=Kind.REACTION, answers=f"{ANA}:1364"),
    "inline_query": PassedBy("inline_query"),
    "poll_answer": PassedBy("poll_answer"),
    "business_message": PassedBy("business_message"),
    "paid_picture": said("O modem", kind=Kind.OTHER),
    "something_new": PassedBy("hologram"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_each_update_says(name):
    assert read(name) == CASES[name]


def test_every_payload_has_its_expectation():
    assert names("telegram") == sorted(CASES)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"message":{}}', b"\xff"])
def test_what_is_no_update_makes_no_sense(body):
    with pytest.raises(Malformed):
        opened().read(sent(body))


@pytest.mark.parametrize("secret", ["", "theirs", "ñ", "ours "])
def test_only_who_knows_our_secret_is_admitted(secret):
    with pytest.raises(BadSignature):
        opened().admit(sent({"update_id": 1}, secret))


def test_without_a_secret_of_ours_nothing_is_admitted():
    with pytest.raises(BadSignature):
        opened(secret="").admit(sent({"update_id": 1}, ""))


def test_a_pressed_button_is_answered_with_the_call():
    answer = opened().answer(sent(payload("telegram", "pressed")))

    assert answer.content_type == "application/json"
    assert json.loads(answer.body) == {
        "method": "answerCallbackQuery",
        "callback_query_id": "4382bfdwdsb323b2d9",
    }
    assert opened().answer(sent(payload("telegram", "text"))).body == b""


DONE = {"ok": True, "result": {"message_id": 9, "chat": {"id": int(ANA)}}}
HELLO = Outbound("1", ANA, "<b>2 < 3</b>")


def test_words_are_sent_as_they_are_with_buttons_under_them(partner):
    partner.then(DONE)
    message = Outbound("1", ANA, "Certo?", buttons=(Button("Sim", "yes"), Button("Não", "")))

    assert opened(partner.url).send(message) == f"{ANA}:9"

    [asked] = partner.asked
    assert asked.path == f"/bot{TOKEN}/sendMessage"
    assert "parse_mode" not in asked.json
    assert asked.json["reply_markup"]["inline_keyboard"] == [
        [{"text": "Sim", "callback_data": "yes"}],
        [{"text": "Não", "callback_data": "Não"}],
    ]


def test_a_payload_that_is_too_long_makes_numbered_words(partner):
    partner.then(DONE)

    opened(partner.url).send(Outbound("1", ANA, "Qual?", buttons=(Button("Um", "ã" * 33),)))

    assert partner.asked[0].json["text"] == "Qual?\n1. Um"


def test_pictures_are_shown_and_other_files_sent(partner):
    partner.then(DONE)
    media = (Media("image/png", "a.png", content=b"PNG"), Media("application/pdf", handle="d1"))

    opened(partner.url).send(Outbound("1", ANA, "Veja", media=media))

    picture, file = partner.asked
    assert picture.path.endswith("/sendPhoto")
    assert all(part in picture.body for part in (b"PNG", b"Veja", b"a.png"))
    assert file.path.endswith("/sendDocument")
    assert file.json == {"chat_id": ANA, "caption": "", "document": "d1"}


def refused(status, description, **parameters):
    body = {"ok": False, "error_code": status, "description": description}
    return status, body | ({"parameters": parameters} if parameters else {})


@pytest.mark.parametrize(
    "answer",
    [
        refused(403, "Forbidden: bot was blocked by the user"),
        refused(400, "Bad Request: chat not found"),
        refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100),
    ],
)
def test_what_is_about_the_recipient_or_the_words_is_final(partner, answer):
    partner.then(answer)

    with pytest.raises(Undeliverable) as refusal:
        opened(partner.url).send(HELLO)

    assert refusal.value.code == str(answer[0])


@pytest.mark.parametrize(
    ("answer", "retry_after"),
    [
        (refused(429, "Too Many Requests: retry after 35", retry_after=35), 35),
        (refused(401, "Unauthorized"), None),
        (refused(404, "Not Found"), None),
        ((502, b"<html>"), None),
        ((200, b"garbage"), None),
        ({"ok": True, "result": []}, None),
    ],
)
def test_what_is_not_about_the_message_is_tried_again(partner, answer, retry_after):
    partner.then(answer)

    with pytest.raises(ChannelDown) as down:
        opened(partner.url).send(HELLO)

    assert down.value.retry_after == retry_after


def test_a_file_is_fetched_in_two_steps(partner):
    found = {"ok": True, "result": {"file_id": "d1", "file_size": 4, "file_path": "docs/a b.pdf"}}
    partner.then(found, (200, b"%PDF", {"Content-Type": "application/octet-stream"}))

    fetched = opened(partner.url).fetch(Media("application/pdf", handle="d1"))

    assert (fetched.content, fetched.media_type) == (b"%PDF", "application/pdf")
    assert partner.asked[1].path == f"/file/bot{TOKEN}/docs/a%20b.pdf"


def test_telegram_is_told_where_we_are_once(partner):
    url = "https://care.example/hooks/channels/one"
    found = {"ok": True, "result": {"url": ""}}
    partner.then({"ok": True, "result": {"id": 1}}, found, {"ok": True, "result": True})

    opened(partner.url, webhook=url).check()

    me, info, told = partner.asked
    assert [asked.path.rpartition("/")[2] for asked in (me, info)] == ["getMe", "getWebhookInfo"]
    assert (told.json["url"], told.json["secret_token"]) == (url, "ours")
    partner.then({"ok": True, "result": {"url": url}})
    opened(partner.url, webhook=url).check()
    assert len(partner.asked) == 5


def test_the_token_is_never_logged(partner, caplog):
    partner.then((500, b""))

    with caplog.at_level(logging.DEBUG), pytest.raises(ChannelDown) as down:
        opened(partner.url).send(HELLO)

    assert TOKEN not in caplog.text + str(down.value)
