"""A new model for a bot that is talking: a spare process takes over, one after the other restarts.

The application passes over a process to which it cannot connect, Rasa listens only when its model
is loaded, and ends what it has begun before it stops: so no talk waits, and none is lost.
"""

from pathlib import Path

from app.demo.readiness import NotReady, wait_until
from app.demo.stack import SPARE, Stack


def swap(stack: Stack, model: Path, *, seconds: float = 120) -> None:
    """Raises NotReady, with everything as it was, for a model that does not speak."""
    before = stack.linked_model()
    stack.link_model(model)
    try:
        _start(stack, SPARE, seconds)
    except NotReady:
        stack.control("stop", SPARE)
        if before is not None:
            stack.link_model(before)
        raise
    for name in stack.bot_ports:
        if name != SPARE:
            stack.control("stop", name)
            _start(stack, name, seconds)
    stack.control("stop", SPARE)


def _start(stack: Stack, name: str, seconds: float) -> None:
    stack.control("start", name)
    wait_until(lambda: stack.bot_speaks(name), f"the bot ({name})", seconds=seconds)


def is_running(stack: Stack) -> bool:
    return "RUNNING" in stack.control("status", "rasa")
