"""Where she travels."""

import re
from dataclasses import dataclass

from actions.abroad import country_told, destination
from actions.plain import plain
from actions.tasks.question import Question
from actions.turn import Turn

ABROAD = re.compile(r"\b(?:roaming|abroad|overseas|extranjero|exterior)\b")


@dataclass(frozen=True)
class WhichCountry(Question):
    """By its name, or that of a town in it; the one just told, where she asks on about it. One that is
    optional is asked for, where she says that it is abroad."""

    def mentioned(self, turn: Turn) -> str | None:
        if turn.pressed_a_button:
            return super().mentioned(turn)
        found, told = destination(turn), country_told(turn)
        stays = found == turn.metadata.get("market")  # "I remain in Brazil": another one goes
        return told or found if stays else found or told

    def insists(self, turn: Turn) -> bool:
        return ABROAD.search(plain(turn.text)) is not None


def which_country(*, optional: bool = False) -> Question:
    return WhichCountry("country", "utter_ask_country", entity="country", optional=optional)
