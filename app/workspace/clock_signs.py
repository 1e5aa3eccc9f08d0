"""A ticket's clock as a small sign: its state in words and colour, and the time that is left."""

from typing import Any

from markupsafe import Markup

from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.tickets import sla_rules
from app.tickets.clock_queries import Shown
from app.tickets.sla import State
from app.web.filters import icon
from app.web.locale import moment
from app.workspace import bp

# Whether an answer is awaited, then the state.
_WORDS: dict[tuple[bool, State], Any] = {
    (True, State.RUNNING): lazy("Answer in"),
    (True, State.WARNING): lazy("Answer soon, in"),
    (True, State.BREACHED): lazy("Answer late by"),
    (True, State.PAUSED): lazy("Answer can wait"),
    (False, State.RUNNING): lazy("Solve in"),
    (False, State.WARNING): lazy("Solve soon, in"),
    (False, State.BREACHED): lazy("Solution late by"),
    (False, State.PAUSED): lazy("Clock stands still, left"),
}
_MOVING = (State.RUNNING, State.WARNING, State.BREACHED)
_SIGN = Markup(
    '<span class="clock" data-clock="{state}" title="{title}"{more}>{icon}'
    '<span class="clock-word">{word}</span> <time class="clock-time num"{at}>{time}</time></span>'
)
_MORE = Markup(
    ' data-warn-at="{warn}" data-due-at="{due}" data-word-running="{running}"'
    ' data-word-warning="{warning}" data-word-breached="{breached}"'
)


def clock_sign(clock: Shown | None) -> Markup:
    """Nothing for a ticket without a clock, or for one that has stopped."""
    if clock is None or (clock.is_response, clock.state) not in _WORDS:
        return Markup("")
    words = {state: str(_WORDS[clock.is_response, state]) for state in (*_MOVING, State.PAUSED)}
    is_moving = clock.due_at is not None and clock.state is not State.PAUSED
    return _SIGN.format(
        state=clock.state.value,
        title=_("Due %(time)s", time=moment(clock.due_at)) if clock.due_at else words[clock.state],
        more=_moving(clock, words) if is_moving else "",
        icon=icon("player-pause" if clock.state is State.PAUSED else "clock"),
        word=words[clock.state],
        at=Markup(' datetime="{}"').format(clock.due_at.isoformat()) if clock.due_at else "",
        time="" if is_moving else sla_rules.written(clock.left),
    )


def _moving(clock: Shown, words: dict[State, str]) -> Markup:
    """What the page needs to go on by itself."""
    return _MORE.format(
        warn=clock.warn_at.isoformat() if clock.warn_at else "",
        due=clock.due_at.isoformat() if clock.due_at else "",
        running=words[State.RUNNING],
        warning=words[State.WARNING],
        breached=words[State.BREACHED],
    )


bp.add_app_template_global(clock_sign)
bp.add_app_template_filter(sla_rules.written, "written")
