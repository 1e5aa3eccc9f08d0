"""The sandbox's phones: our own adapters send to them, and understand what they say."""

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.demo.world import sandbox
from channels.messenger import meta
from channels.port import (
    Button,
    Call,
    ChannelDown,
    Inbound,
    Kind,
    Media,
    Outbound,
    State,
    Undeliverable,
)
from channels.sms import twilio
from channels.whatsapp import cloud
from tests.demo_world.conftest import running, serving, write_accounts
from tests.demo_world.forms import submit, token_of

PROVIDERS = {"sms": twilio.PROVIDER, "whatsapp": cloud.PROVIDER, "messenger": meta.PROVIDER}
VALERIA = "+525512340001"


@dataclass
class Application:
    """Keeps the calls of every inbox, as the application's own hooks do."""

    url: str = ""
    calls: list = field(default_factory=list)
    statuses: list = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def heard(self, count):
        with self.news:
            assert self.news.wait_for(lambda: len(self.calls) >= count, timeout=5)
            return list(self.calls)

    def events(self, channel, count):
        """What our adapter makes of so many calls, having checked their signatures."""
        understood = []
        for call in self.heard(count):
            assert channel.admit(call) is None
            understood += channel.read(call)
        return understood


@contextmanager
def listening():
    made = Application()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with made.news:
                made.calls.append(Call("POST", made.url + self.path, headers, body))
                status = made.statuses.pop(0) if made.statuses else 200
                made.news.notify_all()
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    made.url = f"http://127.0.0.1:{server.server_port}"
    with serving(server):
        yield made


@pytest.fixture
def application():
    with listening() as made:
        yield made


@pytest.fixture
def world(tmp_path, application):
    write_accounts(tmp_path, phone=VALERIA)
    wanted = {"receipts_after": 0.01, "provider_hangs_for": 0.05, "dialtone_url": application.url}
    with running(tmp_path, **wanted) as made:
        yield made


def opened(channel, world, application, market="MX"):
    """The application's inbox of that kind, as the demo sets it up."""
    known = sandbox.reached(channel, market)
    given = {
        "address": known.address,
        "webhook": f"{application.url}/hooks/channels/{known.key}",
        **known.settings,
    }
    return PROVIDERS[channel].open(given, f"{world.url}/{known.provider}")


def written(world, channel, text, number=VALERIA, **more):
    with world.visitor() as phone:
        phone.get(f"/phone/?number=%2B{number[1:]}")
        return submit(phone, "/phone/", "/phone/messages", channel=channel, text=text, **more)


def page(world, number=VALERIA, language="en"):
    with world.visitor() as phone:
        return phone.get(f"/phone/?lang={language}&number=%2B{number[1:]}").text


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_what_is_written_on_a_phone_is_understood_by_our_adapter(world, application, channel):
    inbox = opened(channel, world, application)

    assert written(world, channel, "¿Por qué <subió>?").status_code == 303

    [event] = application.events(inbox, 1)
    assert isinstance(event, Inbound)
    assert (event.sender, event.text) == (VALERIA, "¿Por qué <subió>?")
    assert event.recipient == sandbox.reached(channel, "MX").address
    assert "¿Por qué &lt;subió&gt;?" in page(world)


def test_everybody_writes_to_the_number_of_her_country(world, application):
    inbox = opened("sms", world, application, market="BR")

    written(world, "sms", "Oi", number="+5511912340002")

    [event] = application.events(inbox, 1)
    assert event.recipient == sandbox.reached("sms", "BR").address


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_what_we_send_is_on_the_phone_and_delivered(world, application, channel):
    inbox = opened(channel, world, application)

    sent = inbox.send(Outbound("1", VALERIA, "Tu factura está lista."))

    receipts = application.events(inbox, 2)
    assert [(each.state, each.provider_id) for each in receipts] == [
        (State.SENT, sent),
        (State.DELIVERED, sent),
    ]
    shown = page(world)
    assert "Tu factura está lista." in shown
    assert "delivered" in shown


def test_a_pressed_button_comes_back_with_its_payload_and_what_was_there_is_read(
    world, application
):
    inbox = opened("whatsapp", world, application)
    choice = (Button("Sí", "yes"), Button("No", "no"))
    sent = inbox.send(Outbound("1", VALERIA, "¿Seguro?", buttons=choice))
    application.heard(2)

    with world.visitor() as phone:
        phone.get(f"/phone/?number=%2B{VALERIA[1:]}")
        submit(phone, "/phone/", f"/phone/messages/{sent}/buttons/1")

    events = application.events(inbox, 4)
    assert [event.state for event in events[:3]] == [State.SENT, State.DELIVERED, State.READ]
    assert (events[3].kind, events[3].text, events[3].payload) == (Kind.BUTTON, "No", "no")
    assert events[3].answers == sent


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_a_picture_from_a_phone_is_fetched_by_our_adapter(world, application, channel):
    inbox = opened(channel, world, application)
    with world.visitor() as phone:
        token = token_of(phone.get(f"/phone/?number=%2B{VALERIA[1:]}"))
        phone.post(
            "/phone/messages",
            data={"csrf": token, "channel": channel, "text": ""},
            files={"file": ("modem.png", b"\x89PNG", "image/png")},
        )

    [event] = application.events(inbox, 1)
    [media] = event.media
    media = Media(media.media_type, media.name, None, _here(media.url, world), media.handle)

    if channel == "sms":
        assert inbox.fetch(media).content == b"\x89PNG"
    assert media.media_type == "image/png"


def _here(url, world):
    """The tests' world has another address than the one it was told."""
    return url and url.replace("http://shop.test", world.url)


def test_files_of_ours_arrive(world, application):
    inbox = opened("whatsapp", world, application)
    media = (Media("application/pdf", "mayo.pdf", content=b"%PDF"),)

    inbox.send(Outbound("1", VALERIA, "Tu factura", media=media))

    assert "mayo.pdf" in page(world)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("throttles", ChannelDown),
        ("fails", ChannelDown),
        ("hangs", ChannelDown),
        ("refuses", Undeliverable),
    ],
)
@pytest.mark.parametrize(("channel", "provider"), [("sms", "twilio"), ("whatsapp", "meta")])
def test_a_provider_can_be_told_to_misbehave(world, application, channel, provider, mode, expected):
    inbox = opened(channel, world, application)
    with world.visitor() as engineer:
        submit(engineer, "/phone/", "/phone/moods", provider=provider, mode=mode)

    with pytest.raises(expected):
        inbox.send(Outbound("1", VALERIA, "Hola"))

    assert "Hola" not in page(world)


def test_a_wrong_key_is_our_trouble_not_the_messages(world, application):
    known = sandbox.reached("sms", "MX")
    inbox = twilio.PROVIDER.open(
        {**known.settings, "auth_token": "wrong", "address": known.address}, f"{world.url}/twilio"
    )

    with pytest.raises(ChannelDown):
        inbox.send(Outbound("1", VALERIA, "Hola"))
    with pytest.raises(ChannelDown):
        inbox.check()


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_our_check_finds_all_well(world, application, channel):
    opened(channel, world, application).check()


def test_a_call_that_is_not_heard_comes_again(world, application):
    application.statuses += [500, 500]
    inbox = opened("sms", world, application)

    written(world, "sms", "Hola")

    first, second, third = application.events(inbox, 3)
    assert first == second == third


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_the_page_is_there_in_every_language(world, language):
    assert VALERIA in page(world, language=language)


def test_a_form_without_its_token_is_refused(world, application):
    with world.visitor() as stranger:
        answer = stranger.post("/phone/messages", data={"channel": "sms", "text": "x"})

    assert answer.status_code == 400
    assert application.calls == []
