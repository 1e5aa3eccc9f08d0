"""Valeria writes a mail with an older one below it; the desk shows what is new, both ways."""

from playwright.sync_api import expect

from app.demo.readiness import wait_until
from tests.journeys.phone import ANSWERED_WITHIN
from tests.journeys.reached import EMAIL, Reached
from tests.journeys.tour import picture

_TICKETS = (
    "SELECT ticket.id FROM ticket JOIN conversation ON conversation.id = conversation_id"
    " WHERE address = %s"
)
_WORDS = "Quiero hablar con una persona sobre este cargo, por favor."
_OLDER = "On 2026-11-02, ayuda@aurora.example wrote:\n> Tu recibo de noviembre está listo."
_ANSWER = "Hola Valeria, ya revisé el cargo: es la recarga del día 3."
_THANKS = "Gracias, ahora lo entiendo."


def writes_above_what_she_had(reached: Reached) -> None:
    reached.phone.write_mail("Un cargo que no conozco", f"{_WORDS}\n\n{_OLDER}\n")

    wait_until(lambda: reached.records.all(_TICKETS, EMAIL), "a ticket of the mail", seconds=30)
    talk, bruno = reached.talk("email"), reached.bruno
    bruno.accept(reached.records.ticket_of(talk.id).id)
    hers = bruno.page.locator(".message.by-customer").first
    expect(hers).to_contain_text(_WORDS)
    expect(hers).not_to_contain_text("noviembre está listo")
    expect(hers.locator(".message-remark").first).to_contain_text("Un cargo que no conozco")
    picture(bruno.page, "56-a-mail-at-the-desk")


def answers_into_the_same_conversation(reached: Reached) -> None:
    phone, bruno, talk = reached.phone, reached.bruno, reached.talk("email")
    bruno.reply(_ANSWER)

    answer = phone.mails.filter(has_text=_ANSWER)
    expect(answer).to_have_count(1, timeout=ANSWERED_WITHIN)
    answer.locator("summary").click()
    expect(answer.locator(".mail__words")).to_contain_text(f"> {_WORDS}")
    picture(phone.page, "57-the-answer-in-her-mailbox")
    phone.answer_mail(answer, _THANKS)

    expect(bruno.messages.last).to_contain_text(_THANKS, timeout=ANSWERED_WITHIN)
    expect(bruno.messages.last).not_to_contain_text(_ANSWER)
    assert reached.talk("email").id == talk.id
    assert [each.body for each in reached.records.messages(talk.id)][-1] == _THANKS
    picture(bruno.page, "58-her-reply-joins-it")
