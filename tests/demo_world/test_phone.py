"""The sandbox's phones: our own adapters send to them, and understand what they say."""

import pytest

from app.demo.world import sandbox
from channels.messenger import meta
from channels.port import (
    Button,
    ChannelDown,
    Inbound,
    Kind,
    Media,
    Outbound,
    State,
    Undeliverable,
)
from channels.sms import twilio
from channels.telegram import bot
from channels.whatsapp import cloud
from tests.demo_world.forms import submit, token_of
from tests.demo_world.listener import VALERIA

PROVIDERS = {
    "sms": twilio.PROVIDER,
    "whatsapp": cloud.PROVIDER,
    "messenger": meta.PROVIDER,
    "instagram": meta.INSTAGRAM,
    "telegram": bot.PROVIDER,
}


def opened(channel, phones, application, market="MX"):
    """The application's inbox of that kind, as the demo sets it up."""
    known = sandbox.reached(channel, market)
    given = {
        "address": known.address,
        "webhook": f"{application.url}/hooks/channels/{known.key}",
        **known.settings,
    }
    return PROVIDERS[channel].open(given, f"{phones.url}/{known.provider}")


def written(phones, channel, text, number=VALERIA, **more):
    with phones.visitor() as phone:
        phone.get(f"/phone/?number=%2B{number[1:]}")
        return submit(phone, "/phone/", "/phone/messages", channel=channel, text=text, **more)


def page(phones, number=VALERIA, language="en"):
    with phones.visitor() as phone:
        return phone.get(f"/phone/?lang={language}&number=%2B{number[1:]}").text


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_what_is_written_on_a_phone_is_understood_by_our_adapter(phones, application, channel):
    inbox = opened(channel, phones, application)

    assert written(phones, channel, "¿Por qué <subió>?").status_code == 303

    [event] = application.events(inbox, 1)
    assert isinstance(event, Inbound)
    assert (event.sender, event.text) == (VALERIA, "¿Por qué <subió>?")
    assert event.recipient == sandbox.reached(channel, "MX").address
    assert "¿Por qué &lt;subió&gt;?" in page(phones)


@pytest.mark.parametrize("channel", ["messenger", "instagram", "telegram"])
def test_other_talks_go_both_ways(phones, application, channel):
    inbox = opened(channel, phones, application)
    written(phones, channel, "¿Hola?")
    [asked] = application.events(inbox, 1)

    inbox.send(Outbound("1", asked.sender, "¿Algo más?", buttons=(Button("Sí", "yes"),)))

    with phones.visitor() as phone:
        shown = phone.get(f"/phone/social?number=%2B{VALERIA[1:]}").text
        pressed = shown.split("/phone/messages/")[1].split('"')[0]
        submit(phone, "/phone/social", f"/phone/messages/{pressed}")
    assert (asked.sender, asked.text) == (VALERIA[1:], "¿Hola?")
    assert "¿Algo más?" in shown
    last = application.events(inbox, 2 if channel == "telegram" else 4)[-1]
    assert (last.kind, last.payload) == (Kind.BUTTON, "yes")


def test_a_page_knows_nobody_who_wrote_to_another(phones, application):
    written(phones, "messenger", "Hola")

    with pytest.raises(Undeliverable):
        opened("instagram", phones, application).send(Outbound("1", VALERIA[1:], "Hola"))


def test_telegram_knows_nobody_who_never_wrote(phones, application):
    inbox = opened("telegram", phones, application)

    with pytest.raises(Undeliverable):
        inbox.send(Outbound("1", "525512340001", "Hola"))


def test_everybody_writes_to_the_number_of_her_country(phones, application):
    inbox = opened("sms", phones, application, market="BR")

    written(phones, "sms", "Oi", number="+5511912340002")

    [event] = application.events(inbox, 1)
    assert event.recipient == sandbox.reached("sms", "BR").address


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_what_we_send_is_on_the_phone_and_delivered(phones, application, channel):
    inbox = opened(channel, phones, application)

    sent = inbox.send(Outbound("1", VALERIA, "Tu factura está lista."))

    receipts = application.events(inbox, 2)
    assert [(each.state, each.provider_id) for each in receipts] == [
        (State.SENT, sent),
        (State.DELIVERED, sent),
    ]
    shown = page(phones)
    assert "Tu factura está lista." in shown
    assert "delivered" in shown


def test_a_pressed_button_comes_back_with_its_payload_and_what_was_there_is_read(
    phones, application
):
    inbox = opened("whatsapp", phones, application)
    choice = (Button("Sí", "yes"), Button("No", "no"))
    sent = inbox.send(Outbound("1", VALERIA, "¿Seguro?", buttons=choice))
    application.heard(2)

    with phones.visitor() as phone:
        phone.get(f"/phone/?number=%2B{VALERIA[1:]}")
        submit(phone, "/phone/", f"/phone/messages/{sent}/buttons/1")

    events = application.events(inbox, 4)
    assert [event.state for event in events[:3]] == [State.SENT, State.DELIVERED, State.READ]
    assert (events[3].kind, events[3].text, events[3].payload) == (Kind.BUTTON, "No", "no")
    assert events[3].answers == sent


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_a_picture_from_a_phone_is_fetched_by_our_adapter(phones, application, channel):
    inbox = opened(channel, phones, application)
    with phones.visitor() as phone:
        token = token_of(phone.get(f"/phone/?number=%2B{VALERIA[1:]}"))
        phone.post(
            "/phone/messages",
            data={"csrf": token, "channel": channel, "text": ""},
            files={"file": ("modem.png", b"\x89PNG", "image/png")},
        )

    [event] = application.events(inbox, 1)
    [media] = event.media
    media = Media(media.media_type, media.name, None, _here(media.url, phones), media.handle)

    if channel == "sms":
        assert inbox.fetch(media).content == b"\x89PNG"
    assert media.media_type == "image/png"


def _here(url, phones):
    """The sandbox has another address than the one it was told."""
    return url and url.replace("http://shop.test", phones.url)


def test_files_of_ours_arrive(phones, application):
    inbox = opened("whatsapp", phones, application)
    media = (Media("application/pdf", "mayo.pdf", content=b"%PDF"),)

    inbox.send(Outbound("1", VALERIA, "Tu factura", media=media))

    assert "mayo.pdf" in page(phones)


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
def test_a_provider_can_be_told_to_misbehave(
    phones, application, channel, provider, mode, expected
):
    inbox = opened(channel, phones, application)
    with phones.visitor() as engineer:
        submit(engineer, "/phone/", "/phone/moods", provider=provider, mode=mode)

    with pytest.raises(expected):
        inbox.send(Outbound("1", VALERIA, "Hola"))

    assert "Hola" not in page(phones)


def test_a_wrong_key_is_our_trouble_not_the_messages(phones, application):
    known = sandbox.reached("sms", "MX")
    inbox = twilio.PROVIDER.open(
        {**known.settings, "auth_token": "wrong", "address": known.address}, f"{phones.url}/twilio"
    )

    with pytest.raises(ChannelDown):
        inbox.send(Outbound("1", VALERIA, "Hola"))
    with pytest.raises(ChannelDown):
        inbox.check()


@pytest.mark.parametrize("channel", PROVIDERS)
def test_our_check_finds_all_well(phones, application, channel):
    opened(channel, phones, application).check()


def test_a_call_that_is_not_heard_comes_again(phones, application):
    application.statuses += [500, 500]
    inbox = opened("sms", phones, application)

    written(phones, "sms", "Hola")

    first, second, third = application.events(inbox, 3)
    assert first == second == third


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_the_page_is_there_in_every_language(phones, language):
    assert VALERIA in page(phones, language=language)


def test_a_form_without_its_token_is_refused(phones, application):
    with phones.visitor() as stranger:
        answer = stranger.post("/phone/messages", data={"channel": "sms", "text": "x"})

    assert answer.status_code == 400
    assert application.calls == []
