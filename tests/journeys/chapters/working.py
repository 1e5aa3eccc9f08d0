"""The agent helps: typing, receipts, prepared replies, files, notes, articles, the network."""

import io

from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.journeys.story import Story
from tests.journeys.tour import picture

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def both_see_the_other_type(story: Story) -> None:
    agent, joao = story.agent, story.joao

    joao.field.press_sequentially("Olá", delay=20)
    agent.field.press_sequentially("Oi", delay=20)

    expect(agent.typing).to_contain_text("João")
    expect(joao.typing).to_be_visible()
    picture(joao.page, "12-somebody-is-typing")
    agent.field.fill("")


def the_bot_is_silent(story: Story) -> None:
    """What it would have answered a minute ago, it leaves to the person."""
    story.joao.say("qual o valor da minha fatura")

    expect(story.agent.messages.last).to_contain_text("qual o valor da minha fatura")
    expect(story.joao.log.locator("li.mine").last).to_have_attribute("data-tick", "read")


def answers_with_a_prepared_reply(story: Story) -> None:
    agent, joao = story.agent, story.joao
    agent.field.press_sequentially("/hel")
    expect(agent.page.locator("[data-canned]")).to_be_visible()
    agent.field.press("Enter")
    agent.field.press("Enter")

    expect(joao.last()).to_contain_text("João")
    expect(agent.page.locator(".by-agent .delivery").last).to_have_class("delivery delivery-read")
    assert story.joao.lines()[-1].who == "agent"  # and nobody spoke between


def notes_something_for_colleagues(story: Story) -> None:
    seen = story.joao.log.locator("li").count()

    story.agent.note("Cliente antigo, muito simpático.")
    story.agent.reply("Estou vendo a sua linha.")

    expect(story.joao.last()).to_contain_text("Estou vendo a sua linha.")
    expect(story.joao.log).not_to_contain_text("simpático")
    expect(story.joao.log.locator("li")).to_have_count(seen + 1)
    kinds = [each.kind for each in story.records.messages(story.conversation.id)]
    assert kinds[-2:] == ["note", "text"]


def they_exchange_files(story: Story) -> None:
    agent, joao = story.agent, story.joao
    joao.attach("modem.png", "image/png", _photo())
    joao.say("Veja o meu modem")
    shown = agent.page.locator(".attachment-picture img").last
    expect(shown).to_have_js_property("naturalWidth", 320)

    agent.attach("contrato.pdf", "application/pdf", PDF)
    agent.reply("Aqui está o seu contrato.")
    expect(joao.log.locator(".file-name").last).to_have_text("contrato.pdf")
    with joao.page.expect_download() as saved:
        joao.log.locator("button.file").last.click()
    assert saved.value.path().read_bytes() == PDF
    picture(joao.page, "13-files-go-both-ways")


def inserts_an_article(story: Story) -> None:
    page = story.agent.page
    page.locator(".composer-bar button[hx-get]").click()
    page.select_option("#kb-panel-language", "pt")
    page.fill("#kb-q", "fatura")
    page.locator("#kb-results a").filter(has_text="Como a sua fatura é calculada").click()
    expect(page.locator("#sheet")).to_contain_text("proporcional")
    picture(page, "14-the-knowledge-base")
    page.locator("#sheet [data-insert]").last.click()
    link = story.agent.field.input_value()
    story.agent.field.press("Enter")

    expect(story.joao.last().locator("a")).to_have_attribute("href", link)


def looks_at_usage_and_network(story: Story) -> None:
    page = story.agent.page
    page.locator("#customer [hx-get$='/usage']").first.click()
    expect(page.locator("#customer canvas")).to_be_visible()
    page.locator("#customer [hx-get$='/network']").first.click()
    facts = page.locator("[id^=network-] .facts")

    expect(facts).to_contain_text("dBm")
    facts.scroll_into_view_if_needed()
    picture(page, "15-usage-and-network")


def _photo() -> bytes:
    """A box with three lamps, one of them red."""
    photo = Image.new("RGB", (320, 200), "#dfe6ee")
    pen = ImageDraw.Draw(photo)
    pen.rounded_rectangle((40, 60, 280, 140), 16, fill="#27304a")
    for left, lamp in ((80, "#34d399"), (150, "#34d399"), (220, "#ef4444")):
        pen.ellipse((left, 88, left + 24, 112), fill=lamp)
    made = io.BytesIO()
    photo.save(made, "PNG")
    return made.getvalue()
