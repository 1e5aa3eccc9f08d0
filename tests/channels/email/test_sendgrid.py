"""SendGrid: calls as its documentation and libraries show them, and its API on the loopback."""
# ruff: noqa: E501 - headers and events read better unbroken

import base64
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from channels.email.sendgrid import PROVIDER
from channels.port import (
    BadSignature,
    Call,
    ChannelDown,
    Consent,
    Malformed,
    Media,
    Outbound,
    PassedBy,
    Receipt,
    State,
    Thread,
    Undeliverable,
    Wish,
)

KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()
SETTINGS = {
    "address": "care@in.aurora.example",
    "name": "Aurora",
    "api_key": "SG.test",
    "inbound_token": "long-secret",
    "events_key": PUBLIC,
}
URL = "https://care.example/hooks/in-1?token=long-secret"
BOUNDARY = "xYzZY"


def channel(base=None, **settings):
    return PROVIDER.open({**SETTINGS, **settings}, base)


def form(fields, files=(), url=URL, **headers):
    body = b""
    for name, value in fields.items():
        content = value if isinstance(value, bytes) else value.encode()
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    for name, filename, kind, content in files:
        body += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; '
            f'filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'.encode()
            + content
            + b"\r\n"
        )
    told = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", **headers}
    return Call("POST", url, told, body + f"--{BOUNDARY}--\r\n".encode())


HEADERS = """Received: by mx0047p1mdw1.sendgrid.net with SMTP id 6WCVv7KAWn Wed, 27 Jul 2016 20:53:06 +0000 (UTC)
Received: from mail-io0-f169.google.com (mail-io0-f169.google.com [209.85.223.169]) by mx0047p1mdw1.sendgrid.net (Postfix) with ESMTPS id AA9FFA817F2 for <example@example.comexample.com>; Wed, 27 Jul 2016 20:53:06 +0000 (UTC)
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.mx; s=ga1; h=mime-version:from:date:message-id:subject:to; bh=DpB1CYYeumytcPF3q0Upvx3Sq/oF4ZblEwnuVzFwqGI=; b=GH5YTxjt6r
MIME-Version: 1.0
From: =?UTF-8?Q?Luc=C3=ADa?= <lucia@example.mx>
Date: Wed, 27 Jul 2016 13:53:01 -0700
Message-ID: <CAN_P_JMvV7ZpAQhOnDienypLrJmuhN=LQWweu4yScw4jQyXY2w@mail.gmail.com>
Subject: =?UTF-8?Q?Se=C3=B1al?=
To: reply+tok-7@in.aurora.example
Content-Type: multipart/mixed; boundary=001a113ee97c89842f0538a4a1c8
"""
PARSED = {
    "headers": HEADERS,
    "dkim": "{@example.mx : pass}",
    "to": "reply+tok-7@in.aurora.example",
    "cc": "Otro <otro@example.mx>",
    "from": "Lucía <lucia@example.mx>",
    "subject": "Señal",
    "text": "Sigue sin señal.\n\nEl lun, 3 jun 2024, Aurora <care@in.aurora.example> escribió:\n> Hola\n".encode(
        "latin-1"
    ),
    "html": "<p>Sigue sin señal.</p>".encode("latin-1"),
    "sender_ip": "209.85.223.169",
    "spam_report": "Spam detection software",
    "spam_score": "0.201",
    "envelope": '{"to":["reply+tok-7@in.aurora.example"],"from":"lucia@example.mx"}',
    "attachments": "2",
    "attachment-info": json.dumps(
        {
            "attachment1": {
                "filename": "foto.png",
                "name": "foto.png",
                "type": "image/png",
                "content-id": "ii_1",
            },
            "attachment2": {"filename": "../año.pdf", "name": "año.pdf", "type": "application/pdf"},
        }
    ),
    "content-ids": '{"ii_1":"attachment1"}',
    "charsets": '{"to":"UTF-8","html":"iso-8859-1","subject":"UTF-8","cc":"UTF-8","from":"UTF-8","text":"iso-8859-1"}',
    "SPF": "pass",
}
FILES = (
    ("attachment1", "foto.png", "image/png", b"\x89PNG\r\n\x1a\n\r\n--not the end"),
    ("attachment2", "../año.pdf", "application/pdf", b"%PDF"),
)


def test_a_mail_taken_apart_is_put_together():
    call = form(PARSED, FILES)
    assert channel().admit(call) is None

    [said] = channel().read(call)

    assert (
        said.provider_id == "<CAN_P_JMvV7ZpAQhOnDienypLrJmuhN=LQWweu4yScw4jQyXY2w@mail.gmail.com>"
    )
    assert (said.sender, said.name, said.subject) == ("lucia@example.mx", "Lucía", "Señal")
    assert (said.text, said.html) == ("Sigue sin señal.", "<p>Sigue sin señal.</p>")
    assert (said.thread, said.recipient) == ("tok-7", "care@in.aurora.example")
    assert said.at.isoformat() == "2016-07-27T20:53:01+00:00"
    assert (said.vouched, said.automatic, said.problems) == (True, False, ())
    assert [(each.name, each.media_type, each.content) for each in said.media] == [
        ("foto.png", "image/png", FILES[0][3]),
        (".._año.pdf"[2:], "application/pdf", b"%PDF"),
    ]


def test_without_its_headers_the_fields_say_who_wrote():
    [said] = channel().read(form({**PARSED, "headers": ""}))

    assert (said.sender, said.name, said.subject) == ("lucia@example.mx", "Lucía", "Señal")
    assert said.copied == ("otro@example.mx",)
    assert said.provider_id.startswith("<sha256.")


def test_a_mail_whole_is_read_as_it_came():
    raw = HEADERS.partition("Content-Type")[0].encode() + b"\r\nHola, no tengo se\xf1al\r\n"
    kept = {name: PARSED[name] for name in ("dkim", "SPF", "envelope", "to", "from")}

    [said] = channel().read(form({**kept, "email": raw}))

    assert (said.text, said.thread, said.vouched) == ("Hola, no tengo señal", "tok-7", True)


@pytest.mark.parametrize(
    ("dkim", "spf", "sender", "vouched"),
    [
        ("{@example.mx : pass}", "fail", "lucia@example.mx", True),
        ("{@mail.example.mx : pass}", "none", "", True),
        ("{@evil.example : pass}", "pass", "x@evil.example", False),
        ("{@evil.example : pass, @example.mx : fail}", "none", "", False),
        ("{@evil.example : fail, @example.mx : pass}", "none", "", True),
        ("none", "pass", "bounce@m.example.mx", True),
        ("none", "softfail", "lucia@example.mx", False),
        ("none", "none", "", False),
    ],
)
def test_who_is_vouched_for(dkim, spf, sender, vouched):
    envelope = json.dumps({"to": ["x@y"], "from": sender})

    [said] = channel().read(form({**PARSED, "dkim": dkim, "SPF": spf, "envelope": envelope}))

    assert said.vouched is vouched


def test_two_senders_are_believed_in_neither():
    doubled = HEADERS + "From: boss@example.mx\n"

    [said] = channel().read(form({**PARSED, "headers": doubled}))

    assert (said.vouched, said.problems) == (False, ("several_senders",))


def test_nobody_without_the_token_brings_mail():
    for url in ("https://care.example/hooks/in-1", f"{URL}x", URL.replace("token", "t")):
        with pytest.raises(BadSignature):
            channel().admit(form(PARSED, url=url))
    with pytest.raises(BadSignature):
        channel(inbound_token="").admit(form(PARSED))


def test_a_login_is_asked_for_where_one_is_set():
    login = base64.b64encode(b"sg:pa:ss").decode()

    channel(inbound_login="sg:pa:ss").admit(form(PARSED, authorization=f"Basic {login}"))
    for given in ("", "Basic x", f"Bearer {login}", "Basic " + base64.b64encode(b"sg:x").decode()):
        with pytest.raises(BadSignature):
            channel(inbound_login="sg:pa:ss").admit(form(PARSED, authorization=given))


def signed(body, at=None, key=KEY, **headers):
    timestamp = str(int(at if at is not None else time.time()))
    signature = key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
        "x-twilio-email-event-webhook-timestamp": timestamp,
        **headers,
    }


def test_a_signed_form_is_checked_over_its_raw_bytes():
    call = form(PARSED, FILES)
    good = Call("POST", URL, {**call.headers, **signed(call.body)}, call.body)

    channel(inbound_key=PUBLIC).admit(good)
    for bad in (
        call,
        Call("POST", URL, good.headers, call.body + b" "),
        Call("POST", URL, {**call.headers, **signed(call.body, time.time() - 2e5)}, call.body),
    ):
        with pytest.raises(BadSignature):
            channel(inbound_key=PUBLIC).admit(bad)


@pytest.mark.parametrize(
    "body",
    [b"", b"--xYzZY--", b"\xff" * 100, b"--xYzZY\r\n\r\n" * 3, b"--xYzZY\r\n" * 2000],
)
def test_forms_that_make_no_sense(body):
    told = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    with pytest.raises(Malformed):
        channel().read(Call("POST", URL, told, body))


def events(*told, **signing):
    body = json.dumps(told).encode()
    headers = {"content-type": "application/json", **signed(body, **signing)}
    return Call("POST", URL, headers, body)


def test_events_without_our_partners_signature_are_refused():
    good = events({"event": "delivered"})
    channel().admit(good)

    other = ec.generate_private_key(ec.SECP256R1())
    for bad in (
        events({"event": "delivered"}, key=other),
        events({"event": "delivered"}, at=time.time() - 2 * 86_400),
        Call("POST", URL, good.headers, good.body.replace(b"delivered", b"dropped")),
        Call("POST", URL, {"content-type": "application/json"}, good.body),
    ):
        with pytest.raises(BadSignature):
            channel().admit(bad)
    with pytest.raises(BadSignature):
        channel(events_key="").admit(good)


EVENT = {
    "email": "Ana@Example.mx",
    "timestamp": 1513299569,
    "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
    "sg_event_id": "rWVYmVk90MjZJ9iohOBa3w==",
    "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
}


@contextmanager
def api(status=202, body=b"", **headers):
    """SendGrid's API, which answers always the same."""
    asked = []

    class Api(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers.get("Content-Length", 0))
            asked.append((self.path, dict(self.headers), self.rfile.read(length)))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()


HELLO = Outbound(
    "message-1",
    "ana@example.mx",
    "Tu línea ya funciona.",
    media=(Media("image/png", "foto.png", content=b"\x89PNG"),),
    thread=Thread("Sin señal", "tok-1", "<hers@example.mx>", copied=("otro@example.mx",)),
)


@pytest.fixture
def sent():
    """A mail's id, and what was put on it that its events bring back."""
    with api() as (base, asked):
        provider_id = channel(base).send(HELLO)
    return provider_id, json.loads(asked[0][2])["custom_args"]


@pytest.mark.parametrize(
    ("told", "state", "code"),
    [
        ({"event": "processed"}, State.SENT, ""),
        ({"event": "deferred", "response": "400 try again later", "attempt": "5"}, State.SENT, ""),
        ({"event": "delivered", "response": "250 OK"}, State.DELIVERED, ""),
        ({"event": "open", "useragent": "Mozilla/4.0", "ip": "255.255.255.255"}, State.READ, ""),
        ({"event": "click", "url": "http://www.sendgrid.com/"}, State.READ, ""),
        ({"event": "bounce", "reason": "500 unknown recipient", "status": "5.0.0"}, State.FAILED, "5.0.0"),
        ({"event": "bounce", "type": "blocked", "reason": "x"}, State.FAILED, "blocked"),
        ({"event": "dropped", "reason": "Bounced Address", "status": "5.0.0"}, State.FAILED, "5.0.0"),
    ],
)  # fmt: skip
def test_what_became_of_a_mail(sent, told, state, code):
    provider_id, marks = sent

    [receipt] = channel().read(events({**EVENT, **marks, **told}))

    assert isinstance(receipt, Receipt)
    assert (receipt.state, receipt.provider_id, receipt.code) == (state, provider_id, code)
    assert receipt.at.isoformat() == "2017-12-15T00:59:29+00:00"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"event": "bounce", "email": "otro@example.mx"}, "copy"),
        ({"event": "open", "sg_machine_open": True}, "machine_open"),
        ({"event": "account_status_change"}, "account_status_change"),
        ({}, "unknown"),
    ],
)
def test_what_says_nothing_of_our_mail_is_passed_by(sent, told, kind):
    assert channel().read(events({**EVENT, **sent[1], **told})) == (PassedBy(kind),)


def test_somebody_elses_mail_through_the_same_account_is_passed_by():
    assert channel().read(events({**EVENT, "event": "delivered"})) == (PassedBy("delivered"),)


@pytest.mark.parametrize(
    ("event", "wish"),
    [
        ("unsubscribe", Wish.STOP),
        ("group_unsubscribe", Wish.STOP),
        ("spamreport", Wish.STOP),
        ("group_resubscribe", Wish.START),
    ],
)
def test_who_wants_no_more_of_us(event, wish):
    [told] = channel().read(events({**EVENT, "event": event}))

    assert isinstance(told, Consent)
    assert (told.address, told.wish) == ("ana@example.mx", wish)


def test_what_no_database_keeps_is_not_in_what_an_event_tells(sent):
    bounced = {**EVENT, **sent[1], "event": "bounce", "reason": "no\0such", "status": "5.1\0.1"}

    [receipt] = channel().read(events(bounced))

    assert (receipt.reason, receipt.code) == ("nosuch", "5.1.1")


@pytest.mark.parametrize("body", [b"", b"x", b"7", b"null", b"[" * 100_000])
def test_events_that_make_no_sense(body):
    with pytest.raises(Malformed):
        channel().read(Call("POST", URL, {"content-type": "application/json"}, body))


def test_a_mail_is_handed_over_as_the_api_wants_it():
    with api() as (base, asked):
        provider_id = channel(base).send(HELLO)

    [(path, headers, body)] = asked
    assert (path, headers["Authorization"]) == ("/v3/mail/send", "Bearer SG.test")
    told = json.loads(body)
    assert told["from"] == {"email": "care@in.aurora.example", "name": "Aurora"}
    assert told["personalizations"] == [
        {"to": [{"email": "ana@example.mx"}], "cc": [{"email": "otro@example.mx"}]}
    ]
    assert told["reply_to"] == {"email": "reply+tok-1@in.aurora.example"}
    assert told["subject"] == "Re: Sin señal"
    assert [each["type"] for each in told["content"]] == ["text/plain", "text/html"]
    assert told["headers"]["Message-ID"] == provider_id
    assert told["headers"]["In-Reply-To"] == "<hers@example.mx>"
    assert told["headers"]["Auto-Submitted"] == "auto-replied"
    [file] = told["attachments"]
    assert (file["filename"], file["type"]) == ("foto.png", "image/png")
    assert base64.b64decode(file["content"]) == b"\x89PNG"


def test_checking_sends_nothing():
    with api(200, b'{"scopes":[]}') as (base, asked):
        channel(base).check()

    assert [path for path, _, _ in asked] == ["/v3/scopes"]


WRONG = b'{"errors":[{"message":"Does not contain a valid address.","field":"to","help":null}]}'


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_what_will_never_go_is_undeliverable(status):
    with api(status, WRONG) as (base, _), pytest.raises(Undeliverable) as raised:
        channel(base).send(HELLO)

    assert raised.value.code == str(status)
    assert str(raised.value) == "Does not contain a valid address."


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_go_later_is_tried_again(status):
    with (
        api(status, b"<html>", Retry_After="30") as (base, _),
        pytest.raises(ChannelDown) as raised,
    ):
        channel(base).send(HELLO)

    assert raised.value.retry_after == 30


def test_the_second_at_which_the_limit_ends():
    reset = str(int(time.time()) + 60)
    with api(429, X_RateLimit_Reset=reset) as (base, _), pytest.raises(ChannelDown) as raised:
        channel(base).send(HELLO)

    assert 0 < raised.value.retry_after <= 60


def test_nobody_there():
    with api() as (base, _):
        pass
    with pytest.raises(ChannelDown):
        channel(base).send(HELLO)
