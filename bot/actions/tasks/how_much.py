"""An amount as a question: heard wherever she names one, also as a number and nothing else."""

import re
from dataclasses import dataclass

from actions.amounts import USUAL, bare_amount, folded, is_told_as, written
from actions.plain import plain
from actions.tasks.question import Question
from actions.tasks.work import CONFIRM
from actions.turn import NOT_UNDERSTOOD, Turn
from components.numbers import WORD, number_of, short

SPELT = re.compile(rf"(?P<number>{WORD})(?: [a-z]+)?")
AMONG_WORDS = re.compile(rf"\b{WORD}")
NO_NUMBER = ("mil", "once")  # by itself: "mil gracias", "only once"
CORRECTS = re.compile(
    r"\b(?:(?:make|mk|mak) (?:it|that|tht)"
    r"|(?:make|mk|put|set|raise|sub\w+|pon\w*|dej\w+|bota|poe|coloca|deixa|aument\w+)"
    r" (?:(?:the|my|el|mi|o) )?"
    r"(?:limite?|cap|tope|teto)"
    r"|actually|instead|sorry|i mean|no wait|mejor|perdon|que sean?|digo|no esperat?e?"
    r"|melhor|alias"
    r"|faz (?:de |uns |logo )?\d+|hag\w+ (?:de )?\d+|nao faz|na verdade|desculpa|quis dizer"
    r"|meant|oops|me equivoque|errei|eran? \d+)\b"
)

PLACES = 8
FEW = 4  # words; whoever tells more tells something else
ENDING = 4  # digits that a card or a line is called by
# No matter of their own: in the middle of a task their number is about it, "no, make it 100".
ABOUT_IT = ("affirm", "deny", "stop_flow", *NOT_UNDERSTOOD)


@dataclass(frozen=True)
class AmountQuestion(Question):
    """An amount is heard wherever she names one; a bare number, where it can hardly be anything else."""

    intents: tuple[str, ...] = ()
    paid: bool = False  # in her own money: an amount of another is none

    def mentioned(self, turn: Turn) -> str | None:
        said = self._named(turn)
        counts = said is not None and not turn.pressed_a_button and _counts_things(said, turn.text)
        return None if counts else said

    def _named(self, turn: Turn) -> str | None:
        if self.paid and turn.names_other_money:
            return None
        said = super().mentioned(turn)
        if turn.pressed_a_button:
            return said
        if said is not None:
            is_usual = is_told_as(USUAL, said, turn.text)
            return (is_usual and bare_amount(in_figures(turn.text))) or said
        if turn.intent in self.intents:
            return bare_amount(in_figures(turn.text))
        if turn.intent in ABOUT_IT or corrects_a_figure(turn) or _amends_what_is_proposed(turn):
            return self._unless_named(turn, _in_a_sentence(turn.text))
        return None

    def _unless_named(self, turn: Turn, said: str | None) -> str | None:
        """What something else to choose ends in is no amount: "no, la 4242"."""
        offered = (turn.memory("work") or {}).get("offered") or {}
        titles = [each["title"] for slot in offered.keys() - {self.slot} for each in offered[slot]]
        names_it = said and len(said) == ENDING and any(title.endswith(said) for title in titles)
        return None if names_it else said


def _counts_things(said: str, text: str) -> bool:
    """ "Para pagar las 2": so many, and no sum."""
    few = said.isdigit() and int(said) <= PLACES
    return few and re.search(rf"\b(?:las|los|as|os|the|all|both) {said}\b", plain(text)) is not None


def _amends_what_is_proposed(turn: Turn) -> bool:
    """ "500 is plenty", instead of a yes, unless she asks or tells something else."""
    if (turn.memory("work") or {}).get("asking") != CONFIRM or "?" in turn.text:
        return False
    tells_more = turn.does("tells") and len(turn.text.split()) > FEW
    return turn.does("answers") or (turn.is_unsure and not tells_more)


def corrects_a_figure(turn: Turn) -> bool:
    """ "No wait, make it 100", in the middle of a task or right after it, is about that whatever it was
    taken for."""
    corrects = (turn.memory("work") or turn.told) and CORRECTS.search(plain(turn.text))
    return bool(corrects) and _in_a_sentence(turn.text) is not None


def _in_a_sentence(text: str) -> str | None:
    """A number among words, unless it may be the place of an option."""
    said = bare_amount(in_figures(text)) if any(map(str.isalpha, text)) else None
    return said if said and float(said) > PLACES else None


def in_figures(text: str) -> str:
    """ "Make it 50" of "make it fifty". Small numbers are mostly something else: "one of them"."""

    def figures(found: re.Match[str]) -> str:
        told = number_of(found[0])
        return short(told) if told > PLACES and found[0] not in NO_NUMBER else found[0]

    return AMONG_WORDS.sub(figures, folded(text))


def typed_amount(turn: Turn) -> str | None:
    """For `hear`: the number she answers with, in figures or words. One to eight may be the place of a
    button instead."""
    if turn.names_other_money:
        return None
    if in_words := SPELT.fullmatch(plain(turn.text)):
        told = number_of(in_words["number"])
        return short(told) if told > PLACES else None
    found = re.fullmatch(r"[^\w-]*(\d{1,6})(?:[.,](\d{1,2}))?\W*(?:[a-z]+\W*)?", folded(turn.text))
    if found is None or (not found[2] and int(found[1]) <= PLACES):
        return None
    return written(found)
