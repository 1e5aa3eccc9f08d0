"""João asks as a stranger, then as himself: the bot answers with the figures of the database."""

from babel.numbers import format_decimal
from playwright.sync_api import expect

from app.core.volumes import data_text
from tests.journeys.story import JOAO, Story
from tests.journeys.tour import picture

LOCALES = {"pt": "pt_BR", "es": "es_MX", "en": "en"}
BALANCE = {"pt": "qual é o meu saldo?", "es": "¿cuánto saldo tengo?", "en": "what is my balance?"}
USAGE = {
    "pt": "quantos dados eu ainda tenho?",
    "es": "¿cuántos datos me quedan?",
    "en": "how much data is left",
}
BILL = {
    "pt": "qual o valor da minha fatura",
    "es": "¿de cuánto es mi factura?",
    "en": "show me my bill",
}


def as_a_stranger(story: Story) -> None:
    joao, board = story.joao, story.sofia
    joao.visit("BR")
    plans = joao.ask("quais planos vocês têm?")
    refusal = joao.ask("quanto tenho de saldo?")

    assert "Plus 20GB" in plans
    assert "Qual número de celular" in refusal
    expect(board.figure("with_bot")).to_have_text(str(story.records.talks_with_bot()))
    picture(joao.page, "01-a-visitor-asks")


def as_himself(story: Story) -> None:
    story.joao.sign_in(JOAO)

    expect(story.joao.last()).to_contain_text("João Pedro Albuquerque")
    assert story.conversation.verification == "identity"


def in_three_languages(story: Story) -> None:
    """Each question is answered in the language it was asked in."""
    due = story.records.invoice_of(JOAO).due
    left = story.records.data_left(JOAO)
    for language in ("en", "es", "pt"):
        amount = format_decimal(due, "#,##0.00", locale=LOCALES[language])

        assert amount in story.joao.ask(BALANCE[language])
        assert data_text(left, LOCALES[language]) in story.joao.ask(USAGE[language])
        bill = story.joao.ask(BILL[language])
        assert amount in bill
        assert story.records.invoice_of(JOAO).number in bill
        assert story.conversation.language == language
    picture(story.joao.page, "02-the-bot-knows-his-figures")
