"""What holds something back: a no, a wait, a but, another time or thing."""

import re
from collections.abc import Iterable

from actions.manners import dislikes
from actions.plain import CLAUSES, plain, words

OUTRIGHT = words("no not nao nope nah never nunca")  # a no, also at the beginning of a question
NO = OUTRIGHT | words("nor neither nem ni n don dont tampoco tampouco")
WITHOUT = words("without sin sem")
WAIT = words("wait espera espere pera calma aun todavia ainda yet")
BUT = words("but pero mas unless if")
ANOTHER_TIME = words(
    "tomorrow later next manana luego despues proximo proxima siguiente amanha depois seguinte"
    " monday tuesday wednesday thursday friday saturday sunday"
    " lunes martes miercoles jueves viernes sabado domingo"
)
OTHERWISE = words("other another different instead otro otra outro outra distinto distinta diferente")
ANYTHING = NO | WAIT | BUT | ANOTHER_TIME
# Before what she does not want just now: "no quiero …" is no "quiero".
UNREFUSED = r"(?<!\bno )(?<!\bnao )(?<!\bn )(?<!\bdon t )(?<!\bnot )"


def refuses(text: str) -> bool:
    """Whether there is a no in it, or a without."""
    return bool((NO | WITHOUT) & words(text))


def not_refused(clauses: Iterable[str]) -> list[str]:
    """Those without anything that she refuses or does not like."""
    return [each for each in clauses if not (refuses(each) or dislikes(each))]


def names_freely(name: re.Pattern[str], text: str) -> bool:
    """Whether a clause without a no has it: "un paquete no, mejor cambiarle el plan" names the plan."""
    return any(name.search(plain(each)) and not refuses(each) for each in CLAUSES.split(text))


def puts_off(text: str) -> bool:
    """Whether it is not to be, or not yet."""
    return bool((NO | WAIT) & words(text))
