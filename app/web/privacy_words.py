"""What people read for purposes, states of erasures, and what becomes of a table's rows."""

from typing import Any

from app.core.i18n import lazy

PURPOSES: dict[str, tuple[Any, Any]] = {
    "marketing": (
        lazy("Offers for me"),
        lazy("We may write to you about offers that fit how you use your lines."),
    ),
    "profiling": (
        lazy("Suggestions from my usage"),
        lazy("We may work out from your usage which plan would suit you."),
    ),
    "training": (
        lazy("Teaching the bot"),
        lazy("What you write to the bot may, without your name, help it to understand others."),
    ),
}
STATES: dict[str, Any] = {
    "waiting": lazy("Waits for a second person"),
    "approved": lazy("Being carried out"),
    "refused": lazy("Refused"),
    "done": lazy("Done"),
}
BECOMES: dict[str, Any] = {
    "Delete": lazy("goes"),
    "Blank": lazy("stays, without her words"),
    "Keep": lazy("stays"),
}
