"""The agent resolves, João rates and comes back to the bot, the agent opens the ticket again."""

from playwright.sync_api import expect

from tests.journeys.story import Story
from tests.journeys.tour import picture


def the_agent_resolves(story: Story) -> None:
    page, board = story.agent.page, story.sofia
    resolved = board.number("resolved")

    page.locator("#resolve").click()
    page.fill("#resolution", "Plano trocado e fatura paga; tirei as dúvidas.")
    picture(page, "18-what-solved-it")
    page.locator("#dialog [type=submit]").click()

    expect(story.joao.stars.first).to_be_visible()
    assert (story.conversation.status, story.ticket.status) == ("resolved", "resolved")
    expect(board.figure("resolved")).to_have_text(str(resolved + 1))


def joao_rates(story: Story) -> None:
    story.joao.stars.nth(4).click()
    story.joao.page.locator(".rating textarea").fill("Rápido e gentil!")
    picture(story.joao.page, "19-five-stars")
    ratings = story.sofia.hint("rating").inner_text()
    story.joao.page.locator(".rating .primary").click()

    expect(story.joao.stars).to_have_count(0)
    rated = story.conversation
    assert (rated.rating, rated.rating_comment) == (5, "Rápido e gentil!")
    expect(story.sofia.hint("rating")).not_to_have_text(ratings)
    picture(story.sofia.page, "20-the-board-moved")


def joao_comes_back(story: Story) -> None:
    """What he asks after the end is for the bot again; the ticket stays resolved."""
    assert "Max Unlimited" in story.joao.ask("quantos dados eu ainda tenho?")

    assert (story.conversation.status, story.ticket.status) == ("bot", "resolved")


def the_agent_opens_it_again(story: Story) -> None:
    """And it is with a person as before, the bot silent."""
    with_agents = story.sofia.number("with_agents")

    story.agent.header.locator("[hx-post$='/reopen']").click()
    story.agent.reply("Esqueci uma coisa: seu contrato vai por e-mail.")

    expect(story.joao.last()).to_contain_text("Esqueci uma coisa")
    assert (story.ticket.status, story.ticket.reopened) == ("open", 1)
    assert story.conversation.status == "open"
    expect(story.agent.mine).to_contain_text("João Pedro Albuquerque")
    expect(story.sofia.figure("with_agents")).to_have_text(str(with_agents + 1))
    picture(story.joao.page, "21-opened-again")
