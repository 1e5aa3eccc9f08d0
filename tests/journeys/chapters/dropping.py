"""The network drops for both for 20 s; afterwards neither misses a message nor sees one twice."""

import time

from playwright.sync_api import expect

from tests.journeys.story import JOAO, Story
from tests.journeys.tour import picture

SECONDS = 20


def nothing_is_lost_and_nothing_doubled(story: Story) -> None:
    """Both write on; João's phone, on another network, does too."""
    joao, agent = story.joao, story.agent
    phone = story.windows.customer("pt-BR")
    phone.sign_in(JOAO)
    expect(phone.state).to_have_text(joao.state.inner_text())
    before = len(_texts(story))

    back_at = time.monotonic() + SECONDS
    for window in (joao, agent):
        window.page.context.set_offline(True)
    for number in ("um", "dois", "três"):
        joao.say(f"João, {number}")
        agent.reply(f"Agente, {number}")
        phone.say(f"Do telefone, {number}")
    expect(joao.notice).to_be_visible()
    expect(agent.offline).to_be_visible()
    expect(phone.log.locator("[data-tick=queued]")).to_have_count(0)
    assert [each.body for each in _texts(story)[before:]] == [
        "Do telefone, um", "Do telefone, dois", "Do telefone, três"
    ]  # fmt: skip
    expect(joao.log).not_to_contain_text("Do telefone")
    picture(joao.page, "16-without-a-network")
    joao.page.wait_for_timeout(max(0, back_at - time.monotonic()) * 1000)
    for window in (joao, agent):
        window.page.context.set_offline(False)

    _both_have_everything(story, before + 9)


def _both_have_everything(story: Story, count: int) -> None:
    joao, agent = story.joao, story.agent
    expect(joao.log.locator("[data-tick=queued]")).to_have_count(0)
    expect(agent.page.locator(".is-pending")).to_have_count(0)
    expect(joao.log).to_contain_text("Agente, três")
    expect(agent.messages.last).to_be_visible()
    joao.page.wait_for_timeout(1000)  # time enough for a second copy

    texts = _texts(story)[-12:]
    assert len(_texts(story)) == count
    assert [line.words for line in joao.lines()[-12:]] == [each.body for each in texts]
    assert agent.said()[-12:] == [(each.author, each.body) for each in texts]
    for author, whose in (("customer", "João"), ("agent", "Agente")):
        own = [each.body for each in texts if each.body.startswith(f"{whose}, ")]
        assert own == [f"{whose}, {number}" for number in ("um", "dois", "três")], author
    picture(agent.page, "17-back-again")


def _texts(story: Story) -> list:
    every = story.records.messages(story.conversation.id)
    return [each for each in every if each.kind == "text"]
