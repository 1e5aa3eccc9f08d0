"""What the knowledge base says, with a person offered beside it."""

from actions import handover
from actions.turn import Turn


async def look_up(turn: Turn) -> None:
    """The best article for her words, or a person when there is none."""
    found = (await turn.app.articles(_question(turn)))["articles"]
    if not found:
        await handover.hand_over(turn, "asked")
        return
    article = found[0]
    handover.offer(
        turn,
        "utter_article",
        title=article["title"],
        summary=article.get("summary") or "",
        url=article["url"],
    )


def _question(turn: Turn) -> str:
    """The customer's own words; for a pressed button the name of the matter."""
    return turn.intent.replace("_", " ") if turn.pressed_a_button else turn.text
