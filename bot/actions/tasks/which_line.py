"""Which of her lines a task is about."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from actions import session
from actions.amounts import folded
from actions.app_client import Answer
from actions.plain import CLAUSES, plain, words
from actions.plan_held import held
from actions.tasks.question import Answers, Option, Question
from actions.turn import Turn

# What people call a line by.
CALLED = {
    "mobile": "celular celu cel movil mobile telefono telefone phone chip sim senal sinal signal 4g 5g",
    "fibre": "fibra fibre fiber wifi router modem roteador broadband casa home hogar",
    "tv": "tv tele television televisao televisor canales canais channels decodificador",
}
KIN = (
    "mum|mom|mother|dad|father|son|daughter|wife|husband|mama|papa|hij[oa]|espos[oa]"
    "|mae|pai|filh[oa]|marido|mulher"
)
NOT_MINE = re.compile(
    r"\b(?:not mine|hers|not my own|no (?:es )?(?:la|el) mi[ao]|de ell[ao]s?|nao (?:e )?(?:a|o) (?:minha|meu)"
    rf"|del[ea]|(?:my|mi|minha|meu) (?:{KIN})(?: s)?)\b"
)
MINE = re.compile(
    r"(?<!\bnot )(?<!\bno es )(?<!\bno )(?<!\bnao )\b"
    r"(?:mine|my own|(?:el|la|lo|al|del) mi[ao]|(?:o|a|no|na|do|da|pro|pra) (?:meu|minha))\b"
)
# "And mine?", "e na minha?": asked, and yet it says which.
ONLY_MINE = re.compile(rf"(?:(?:and|y|e|on|in|de|en|em|for|what about|que tal) )*{MINE.pattern}(?: \w+)?")
NOT_THEIRS = re.compile(
    rf"\b(?:not|no|nao) (?:(?:la|el|lo|the|a|o|de|da|do|d) )*(?:my|mi|minha|meu|the) (?:{KIN}|kid)(?: s)?\b"
)
LONGEST_OF_WHOSE = 15  # words
# "Only on his", "mine you don't touch": of two lines the one that is not her own.
ONLY_THE_OTHER = re.compile(
    r"\b(?:(?:only|just|solo|so) (?:\w+ ){0,3}(?:his|hers|del[ea]|de el|de ella|suy[oa])"
    r"|(?:(?:leave|don t touch|no toquen|nao mexe(?:m)? n?) ?(?:mine|el mio|la mia|o meu|a minha))"
    r"|(?:mine|el mio|la mia|o meu|a minha)\b.{0,12}"
    r"\b(?:stays?|as it is|alone|no (?:l[oa] )?toq\w+|nao mex\w+|fica|queda))\b"
)
OTHER = "other"
STAYS = re.compile(
    r"\b(?:fica|ficam|queda|quedan|dejan|sigue|stays?|keep(?:ing)?|not|no|nao|mantem|mantenho)\b"
)
ENDING = 4  # digits that people call a number by
ENDS_IN = re.compile(
    r"\b(?:(?:end|termin|finaliz|acab)\w*|final|on|no|na|in|en|em|el|la|do|da|del|o|a|the|numer\w+|number"
    r"|linea|linha|line)\W{1,3}(?:(?:en|em|in|with|con|com)\W{1,3})?(\d{4})(?!\w|[ ,.-]*\d)"
)

DIGITS = re.compile(r"(?<![\w$.,-])\d{4,}(?!\w|[.,-]\d)")
_AROUND_IT = (
    r"on|for|in|en|em|para|pra|pro|a|al|ao|my|mi|meu|minha|es|e|is|el|la|o|the|de|del|do|da|que|that"
    r"|line|linea|linha|numero|number|termin\w+|ending"
)
# "NOT the 0061 one", "0111 no".
REFUSED_BEFORE = re.compile(rf"\b(?:no|not|nao|n|ni|nem|don t|except|menos)(?: (?:{_AROUND_IT}))*$")
REFUSED_AFTER = re.compile(r"(?: one)?,?\s*(?:no|not|nao|n)\s*(?:[.,;!\n]|$)")
# "O dele é o pré", "la de prepago".
MODES = {
    mode: re.compile(
        rf"\b(?:o|a|el|la|the|do|da|del|no|na|al|my)(?: (?:de|linea|linha|line))* (?:{called})\b"
    )
    for mode, called in {
        "prepaid": "pre|pre ?pag[oa]|prepaid|prepay",
        "postpaid": "pos|pos ?pag[oa]|post ?pago|postpaid|plan de renta",
    }.items()
}
CHANGES_MODE = ("change_plan", "list_plans")  # of which "o pós" may be the wish


@dataclass(frozen=True)
class WhichLine(Question):
    """By its number, the plan it has, how it is paid, or by what kind of line it is: "la fibra", "el de la
    casa". Right `after` one of these tasks, or in the middle of it, it is that one's."""

    after: tuple[str, ...] = ()
    theirs: re.Pattern[str] | None = None  # what says that it is the other of two

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        if said is None and not turn.pressed_a_button:
            said = self._among_offered(turn) or _ending(turn.text) or held(turn)
            said = said or _mode(turn) or _kind(turn) or _other(turn)
        if said is None and not turn.pressed_a_button and self.theirs:
            said = OTHER if self.theirs.search(plain(turn.text)) else None
        if said is None and self.after:
            said = self._of_before(turn)
        last = turn.last or {}
        if said is None and last.get("sentence") and last["task"] == turn.intent:
            said = last["answers"].get(self.slot)  # what was just done is wanted in another way
        return said

    def told_among(self, turn: Turn, options: Sequence[Option]) -> Option | None:
        """Whose last digits stand anywhere in her words; in those of the whole message where this part of
        it has none."""
        if turn.pressed_a_button:
            return None
        return _by_digits(turn.said, options) or _by_digits(turn.whole, options)

    def _among_offered(self, turn: Turn) -> str | None:
        offered = ((turn.memory("work") or {}).get("offered") or {}).get(self.slot) or []
        found = _by_digits(turn.said, [Option(**each) for each in offered])
        return found.value if found else None

    def _of_before(self, turn: Turn) -> str | None:
        before = [*(turn.memory("parked") or [])[-1:], turn.last or turn.told]
        lines = [each["answers"].get(self.slot) for each in before if each and each["task"] in self.after]
        return next(filter(None, lines), None)

    def fits(self, said: str, options: Sequence[Option]) -> bool:
        """Four digits may be anything: "no, 1000"; so may what she calls a line that she has not: "she can
        use the hotel's wifi"."""
        if said in CALLED and options:
            return any(said in each.names for each in options)
        bare = len(said) == ENDING and said.isdigit()
        ends = [_digits(name).endswith(said) for each in options for name in each.names]
        return not (bare and options) or any(ends)

    def tells_one(self, said: str) -> bool:
        """A number does; a kind may be a name for the line she has: "my phone", four digits a year."""
        return sum(map(str.isdigit, said)) > ENDING


def _digits(name: str) -> str:
    return re.sub(r"\D", "", name)


def _by_digits(text: str, options: Sequence[Option]) -> Option | None:
    """The only one whose last digits she names, and does not refuse right there."""
    said = folded(text)
    wanted = [each[0] for each in DIGITS.finditer(said) if not _is_refused(each)]
    found = [
        each
        for each in options
        if any(_digits(name).endswith(digits) for name in (each.title, *each.names) for digits in wanted)
    ]
    return found[0] if len(found) == 1 else None


def _is_refused(digits: re.Match[str]) -> bool:
    before = plain(CLAUSES.split(digits.string[: digits.start()])[-1])
    after = digits.string[digits.end() :]
    return bool(REFUSED_BEFORE.search(before) or REFUSED_AFTER.match(after))


def _mode(turn: Turn) -> str | None:
    """Prepaid or postpaid, where that is no wish for another plan."""
    asked = (turn.memory("work") or {}).get("asking") == "line_id"
    if turn.intent in CHANGES_MODE and not asked:
        return None
    clauses = [plain(each) for each in CLAUSES.split(turn.text)]
    named = [mode for mode, called in MODES.items() if any(map(called.search, clauses))]
    return named[0] if len(named) == 1 else None


def _ending(text: str) -> str | None:
    """ "On 4567", "la que termina en 4567", without more of the number."""
    found = ENDS_IN.search(folded(text))
    return found[1] if found else None


def _kind(turn: Turn) -> str | None:
    """What she calls it by, but for what stays as it is. "Sim" is a yes in Portuguese."""
    clauses = [each for each in CLAUSES.split(turn.text) if not STAYS.search(plain(each))]
    said = words(" ".join(clauses)) - ({"sim"} if turn.language == "pt" else set())
    named = [kind for kind, called in CALLED.items() if words(called) & said]
    return named[0] if len(named) == 1 else None


def _other(turn: Turn) -> str | None:
    return OTHER if ONLY_THE_OTHER.search(plain(turn.text)) else None


def by_whose_it_is(turn: Turn) -> str | None:
    """For `hear`: "mine, not the kid's" of two lines is the one that she had first, "not mine, hers" the
    other. She reads its number before anything is done; "my daughter calls her friends?" says neither."""
    shown = ((turn.memory("work") or {}).get("offered") or {}).get("line_id") or []
    said = plain(turn.text)
    asks = "?" in turn.text and not ONLY_MINE.fullmatch(said)
    if len(shown) != 2 or asks or len(said.split()) > LONGEST_OF_WHOSE:
        return None
    if NOT_MINE.search(NOT_THEIRS.sub(" ", said)):
        return str(shown[1]["value"])
    return str(shown[0]["value"]) if MINE.search(said) else None


def which_line(
    only: Callable[[Answer], bool] = lambda line: True,
    none: str = "utter_no_line",
    needed: Callable[[Answers], bool] = lambda answers: True,
    after: tuple[str, ...] = (),
    theirs: re.Pattern[str] | None = None,
) -> Question:
    """The question, for the lines that `only` lets pass; `none` is said when there is no such line."""

    async def lines(turn: Turn, _answers: Answers) -> list[Option]:
        owned = [line for line in await session.lines_of(turn) if only(line)]
        two = len(owned) == len(("hers", "the other"))
        return [
            Option(line["id"], line["label"], (*_names(line), *([OTHER] if two and place else [])))
            for place, line in enumerate(owned)
        ]

    return WhichLine(
        "line_id",
        "utter_ask_line",
        entity="phone_number",
        options=lines,
        none=none,
        takes_the_only_one=True,
        about="linea line linha numero number chip",
        needed=needed,
        unknown="utter_not_your_line",
        hear=by_whose_it_is,
        after=after,
        theirs=theirs,
    )


def is_active(line: Answer) -> bool:
    return bool(line.get("status") == "active")


def is_mobile(line: Answer) -> bool:
    return is_active(line) and line.get("service") == "mobile"


def _names(line: Answer) -> tuple[str, ...]:
    """Its number, its plan, how it is paid, its kind and what that is called."""
    kind = line.get("service") or ""
    plan = line.get("plan") or {}
    called = [plan[each] for each in ("name", "code") if plan.get(each)]
    return (line.get("msisdn") or "", *called, line.get("mode") or "", kind, *CALLED.get(kind, "").split())
