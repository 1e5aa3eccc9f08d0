"""Questions an article can answer; a person is always offered beside it."""

from actions import handover
from actions.action import CareAction
from actions.turn import Turn


class ActionKnowledge(CareAction):
    """Activation, PUK, roaming, network faults: the best article, or a person when there is none."""

    def name(self) -> str:
        return "action_knowledge"

    async def answer(self, turn: Turn) -> None:
        found = (await turn.app.articles(_question(turn)))["articles"]
        if found:
            article = found[0]
            handover.offer(
                turn,
                "utter_article",
                title=article["title"],
                summary=article.get("summary") or "",
                url=article["url"],
            )
        else:
            await handover.hand_over(turn, "asked")


def _question(turn: Turn) -> str:
    """The customer's own words; for a pressed button the name of the matter."""
    return turn.intent.replace("_", " ") if turn.pressed_a_button else turn.text
