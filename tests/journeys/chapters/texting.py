"""Valeria writes by SMS, WhatsApp and Telegram: a word, a question, a wish, and to a person."""

from babel.numbers import format_decimal
from playwright.sync_api import expect

from app.core.volumes import data_text
from tests.journeys.phone import ANSWERED_WITHIN
from tests.journeys.reached import EMAIL, NUMBER, Reached
from tests.journeys.tour import picture

_CREDIT = "SELECT balance.amount FROM balance JOIN line ON line.id = line_id WHERE line.number = %s"
_STOPPED = (
    "SELECT stopped FROM channel_contact JOIN inbox ON inbox.id = inbox_id"
    " WHERE inbox.channel = 'sms' AND channel_contact.address = %s"
)
_QUOTES = (
    "SELECT quote.id FROM plan_change_quote AS quote JOIN line ON line.id = line_id"
    " JOIN customer ON customer.id = line.customer_id WHERE email = %s"
)
_ANSWER = "Hola Valeria, te ayudo con tu plan: ¿lo cambiamos hoy mismo?"


def by_a_word(reached: Reached) -> None:
    """The application answers itself."""
    answer = reached.phone.ask("sms", "SALDO")

    credit = reached.records.one(_CREDIT, NUMBER).amount
    assert format_decimal(credit, "#,##0.00", locale="es_MX") in answer
    assert reached.said("sms").author == "system"


def asks_the_bot(reached: Reached) -> None:
    left = data_text(reached.records.data_left(EMAIL), "es_MX")

    assert left in reached.phone.ask("sms", "¿cuántos datos me quedan?")
    assert reached.said("sms").author == "bot"
    assert reached.talk("sms").verification == "address"
    picture(reached.phone.show("sms"), "50-by-sms")


def wants_no_more_and_then_again(reached: Reached) -> None:
    address = reached.talk("sms").address

    assert "INICIAR" in reached.phone.ask("sms", "BAJA")
    assert reached.records.one(_STOPPED, address).stopped

    assert "BAJA" in reached.phone.ask("sms", "INICIAR")
    assert not reached.records.one(_STOPPED, address).stopped
    picture(reached.phone.show("sms"), "51-stop-and-start")


def is_offered_plans_by_whatsapp(reached: Reached) -> None:
    """An address is enough for facts; what costs money wants a code that comes another way."""
    phone = reached.phone

    phone.ask("whatsapp", "quiero cambiar de plan")
    picture(phone.show("whatsapp"), "52-plans-as-buttons")
    refused = phone.press("whatsapp", "Max Unlimited")

    assert "¿Te envío un código a" in refused
    assert reached.records.all(_QUOTES, EMAIL) == []
    assert reached.talk("whatsapp").status == "bot"


def reads_what_a_person_answers(reached: Reached) -> None:
    phone, bruno = reached.phone, reached.bruno
    phone.ask("whatsapp", "quiero hablar con una persona")
    talk = reached.talk("whatsapp")
    ticket = reached.records.ticket_of(talk.id)
    expect(bruno.waiting(ticket.id).locator(".row-name")).to_contain_text("Valeria Soto")
    bruno.accept(ticket.id)
    expect(bruno.page.locator(".channel-name")).to_contain_text("WhatsApp")
    before = phone.answers("whatsapp").count()

    bruno.reply(_ANSWER)

    state = bruno.page.locator(".by-agent .delivery").last
    expect(state).to_have_attribute("data-delivery", "delivered", timeout=ANSWERED_WITHIN)
    assert phone.answer_after("whatsapp", before).startswith(_ANSWER)
    phone.say("whatsapp", "Sí, por favor")
    expect(state).to_have_attribute("data-delivery", "read", timeout=ANSWERED_WITHIN)
    expect(bruno.messages.last).to_contain_text("Sí, por favor")
    [delivery] = reached.deliveries(_ANSWER)
    assert delivery.state == "read"
    picture(bruno.page, "53-whatsapp-at-the-desk")
    picture(phone.show("whatsapp"), "54-whatsapp-on-her-phone")


def is_a_stranger_by_telegram(reached: Reached) -> None:
    """Nobody vouches for who is behind that name, so she hears of plans and of no figures."""
    phone = reached.phone
    phone.open("/phone/social")

    assert "Plus 20GB" in phone.ask("telegram", "¿qué planes tienen?")
    assert "¿Qué número de celular" in phone.ask("telegram", "¿cuánto saldo tengo?")

    assert reached.talk("telegram").customer_id is None
    picture(phone.show("telegram"), "55-a-stranger-by-telegram")
