"""What is left of a line's allowance, told in one message."""

from actions import lines, session
from actions.app_client import Answer
from actions.turn import Turn

TASK = "check_usage"
KINDS = {
    "en": {"data": "Data", "voice": "Calls", "sms": "SMS"},
    "es": {"data": "Datos", "voice": "Llamadas", "sms": "SMS"},
    "pt": {"data": "Dados", "voice": "Ligações", "sms": "SMS"},
}
LEFT = {
    "en": "{kind}: {left} left of {granted}",
    "es": "{kind}: quedan {left} de {granted}",
    "pt": "{kind}: restam {left} de {granted}",
}
UNLIMITED = {
    "en": "{kind}: unlimited ({used} used)",
    "es": "{kind}: sin límite ({used} usados)",
    "pt": "{kind}: ilimitado ({used} usados)",
}


async def tell(turn: Turn) -> None:
    """Ask which line when there are several, then tell every bucket of it."""
    line_id = await _line(turn)
    if line_id is None:
        return
    usage = await turn.app.usage(line_id)
    buckets = [_sentence(bucket, turn.language) for bucket in usage.get("buckets") or []]
    words = {"label": usage["label"], "plan": usage["plan"], "ends": usage["period_ends_on_text"]}
    if buckets:
        turn.say("utter_usage", buckets="\n".join(buckets), **words)
    else:
        turn.say("utter_usage_none", **words)
    if turn.memory("task") == TASK:
        turn.forget_flow()


async def _line(turn: Turn) -> str | None:
    owned = await session.lines_of(turn)
    line = lines.chosen(turn, owned, TASK) if owned else None
    if line is None and len(owned) > 1:
        turn.forget_flow()
        lines.ask(turn, owned, TASK)
        return None
    if line is None:
        turn.say("utter_no_line")
        return None
    return str(line["id"])


def _sentence(bucket: Answer, language: str) -> str:
    kind = KINDS[language].get(bucket["kind"], bucket["kind"])
    if bucket.get("unlimited"):
        return "• " + UNLIMITED[language].format(kind=kind, used=bucket["used_text"])
    return "• " + LEFT[language].format(kind=kind, left=bucket["left_text"], granted=bucket["granted_text"])
