"""Calls that are broken in every way we could think of: nothing but Malformed leaves an adapter.

A few hundred in the suite; `MUTATED_CALLS=20000` tries so many.
"""

import hashlib
import hmac
import json
import os
import random
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from channels.messenger import meta
from channels.port import Answer, Call, Event, Inbound, Malformed, PassedBy
from channels.sms import twilio
from channels.telegram import bot
from channels.whatsapp import cloud
from tests.channels.calls import names, payload

URL = "https://care.example/hooks/channels/one"
META = {"app_secret": "secret", "verify_token": "ours", "access_token": "EAAG"}
CHANNELS = {
    "sms": twilio.PROVIDER.open({"account_sid": "AC1", "auth_token": "secret"}, None),
    "whatsapp": cloud.PROVIDER.open({**META, "phone_number_id": "106540352242922"}, None),
    "messenger": meta.PROVIDER.open({**META, "account_id": "1906385232743451"}, None),
    "telegram": bot.PROVIDER.open({"bot_token": "123456:ABC", "secret": "secret"}, None),
}
JUNK = [
    None, True, False, 0, -1, 10**30, 1.5, 1e308, float("nan"), float("inf"), "", " ", "0", "²",
    "\0", "\ud83d", "\u202e<script>", "١٢٣", "1e999", "-0", "x" * 5000, "999999999999999999",
    "https://[", [], {}, [[]], [None], [{}], {"id": {}}, {"": ""}, [[[[{"a": []}]]]],
]  # fmt: skip


def mutated(value, chance):
    """The same with some of it replaced, taken away or doubled."""
    if chance.random() < 0.02:
        return chance.choice(JUNK)
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if chance.random() > 0.02}
        return {name: mutated(each, chance) for name, each in kept.items()}
    if isinstance(value, list):
        longer = value * 2 if chance.random() < 0.05 else value
        return [mutated(each, chance) for each in longer]
    return chance.choice(JUNK) if chance.random() < 0.05 else value


def noisy(body, chance):
    if chance.random() > 0.1:
        return body
    raw = bytearray(body)
    for _ in range(chance.randrange(1, 6)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw[: chance.randrange(len(raw))] if chance.random() < 0.3 else raw)


def call_of(kind, body):
    digest = hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    headers = {
        "x-hub-signature-256": f"sha256={digest}",
        "x-telegram-bot-api-secret-token": "secret",
        "content-type": "application/x-www-form-urlencoded"
        if kind == "sms"
        else "application/json",
    }
    return Call("POST", URL, headers, body)


def body_of(kind, content, chance):
    if kind != "sms":
        return noisy(json.dumps(content).encode() or b"0", chance)
    fields = content if isinstance(content, dict) else {}
    pairs = {name: str(value).encode(errors="replace") for name, value in fields.items()}
    return noisy(urlencode(pairs).encode() or b"a=b", chance)


def words(event):
    """Every text of an event, however deep."""
    if isinstance(event, str):
        yield event
    elif isinstance(event, tuple):
        for each in event:
            yield from words(each)
    elif hasattr(event, "__slots__"):
        for name in event.__slots__:
            yield from words(getattr(event, name))


@pytest.mark.parametrize("kind", CHANNELS)
def test_no_broken_call_breaks_an_adapter(kind):
    chance = random.Random(f"{kind} 4")
    channel, known = CHANNELS[kind], [payload(kind, name) for name in names(kind)]
    understood = 0

    for _ in range(int(os.environ.get("MUTATED_CALLS", "2000")) // len(CHANNELS)):
        call = call_of(kind, body_of(kind, mutated(chance.choice(known), chance), chance))
        if kind != "sms":
            assert channel.admit(call) is None
        assert isinstance(channel.answer(call), Answer)
        try:
            events = channel.read(call)
        except Malformed:
            continue
        assert events
        assert all(isinstance(event, Event) for event in events)
        understood += any(not isinstance(event, PassedBy) for event in events)
        for event in events:
            assert all(b"\0" not in word.encode() for word in words(event))
            if isinstance(event, Inbound):
                assert event.provider_id
                assert event.sender

    assert understood  # or nothing was tried


def test_broken_forms_are_still_signed_or_not():
    chance = random.Random(4)
    known = [payload("sms", name) for name in names("sms")]

    for _ in range(200):
        body = body_of("sms", mutated(chance.choice(known), chance), chance)
        call = call_of("sms", body)
        posted = twilio.form_of(call)
        signature = RequestValidator("secret").compute_signature(URL, posted)
        signed = {**call.headers, "x-twilio-signature": signature}
        assert CHANNELS["sms"].admit(Call("POST", URL, signed, body)) is None
