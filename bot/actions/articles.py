"""What the knowledge base says, with a person offered beside it."""

from actions import handover
from actions.app_client import Answer, AppUnavailable
from actions.turn import Turn

SURE = 0.35  # of a score; below it an article only shares words with what she says
FEWEST_WORDS = 3


async def look_up(turn: Turn, about: str = "") -> None:
    """The best article for her words, or for what they are `about`; a person when there is none."""
    found = (await turn.app.articles(about or _question(turn)))["articles"]
    if found:
        handover.offer(turn, "utter_article", **_told(found[0]))
    else:
        await handover.hand_over(turn, "asked")


async def answers(turn: Turn) -> bool:
    """Whether an article surely says what she asks; it is told with a person beside it."""
    article = await _sure(turn)
    if article is not None:
        handover.offer(turn, "utter_article", **_told(article))
    return article is not None


async def answers_beside(turn: Turn) -> bool:
    """The same in the middle of a task, where nothing else is offered."""
    article = await _sure(turn)
    if article is not None:
        turn.say("utter_article_beside", **_told(article))
    return article is not None


async def _sure(turn: Turn) -> Answer | None:
    """For a question that may be ours: by its words alone the weather looks like a spell without signal."""
    asks = "?" in turn.text and turn.intent != "out_of_scope" and not turn.pressed_a_button
    if not asks or len(turn.text.split()) < FEWEST_WORDS:
        return None
    try:
        found = (await turn.app.articles(turn.text))["articles"]
    except AppUnavailable:
        return None
    return found[0] if found and found[0]["score"] >= SURE else None


def _told(article: Answer) -> dict[str, str]:
    return {"title": article["title"], "summary": article.get("summary") or "", "url": article["url"]}


def _question(turn: Turn) -> str:
    """The customer's own words; for a pressed button the name of the matter."""
    return turn.intent.replace("_", " ") if turn.pressed_a_button else turn.text
