"""João wants a person: two agents see him at once, both press Accept, one gets him."""

import time

from playwright.sync_api import expect

from tests.journeys.story import JOAO, Story
from tests.journeys.tour import picture

SOON = 1500  # milliseconds from now


def asks_for_a_person(story: Story) -> None:
    board = story.sofia
    waiting = board.number("waiting")

    story.joao.ask("quero falar com uma pessoa")

    assert story.conversation.status == "waiting"
    for agent in (story.bruno, story.diego):
        row = agent.waiting(story.ticket.id)
        expect(row).to_be_visible()
        expect(row.locator(".row-name")).to_contain_text("João Pedro Albuquerque")
        expect(row.locator(".language")).to_have_text("pt")
        expect(row.locator(".row-text")).to_contain_text("quero falar com uma pessoa")
        expect(row.locator(".tag").first).to_be_visible()
        expect(row.locator(".row-top svg")).to_have_count(1)  # the shield of who is verified
    expect(board.figure("waiting")).to_have_text(str(waiting + 1))
    expect(board.figure("longest").locator("time")).to_be_visible()
    picture(story.bruno.page, "08-he-waits-in-the-queue")
    picture(board.page, "09-the-board-counts-him")


def both_press_accept(story: Story) -> None:
    """At the same instant, by the same clock."""
    ticket_id, board = story.ticket.id, story.sofia
    waiting, with_agents = board.number("waiting"), board.number("with_agents")
    instant = time.time() * 1000 + SOON
    story.bruno.accept_at(ticket_id, instant)
    story.diego.accept_at(ticket_id, instant)

    expect(board.figure("waiting")).to_have_text(str(waiting - 1))
    _find_winner(story)
    expect(board.figure("with_agents")).to_have_text(str(with_agents + 1))


def _find_winner(story: Story) -> None:
    owner = story.records.one(
        "SELECT staff.* FROM ticket JOIN staff ON staff.id = assignee_id WHERE ticket.id = %s",
        story.ticket.id,
    )
    both = {story.bruno.email: story.bruno, story.diego.email: story.diego}
    story.agent = both.pop(owner.email)
    [loser] = both.values()
    expect(loser.toasts).to_contain_text(owner.name)
    expect(loser.waiting(story.ticket.id)).to_have_count(0)
    expect(story.agent.header).to_have_attribute("data-may-reply", "yes")
    expect(story.agent.toasts).to_have_count(0)
    expect(story.joao.state).to_contain_text(owner.name)
    assert story.conversation.assignee_id == owner.id
    picture(loser.page, "10-too-late")


def shows_the_customer_whole(story: Story) -> None:
    """Everything about him beside the conversation; the bill that he just paid too."""
    panel, paid = story.agent.panel, story.records.invoice_of(JOAO)
    expect(panel.locator(".learnt")).to_contain_text("quero falar com uma pessoa")
    expect(panel.locator("#who")).to_contain_text("João Pedro Albuquerque")
    expect(panel.locator("[aria-labelledby=bills] .rows")).to_contain_text(paid.number)
    expect(panel.locator("#bills .state-good")).to_be_visible()
    expect(panel.locator(".line-card")).to_contain_text("Max Unlimited")
    expect(panel.locator(".line-card")).to_contain_text("SIM")
    picture(story.agent.page, "11-one-screen")
