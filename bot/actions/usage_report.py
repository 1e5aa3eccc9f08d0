"""What is left of a line's allowance, told in one message."""

from actions.app_client import Answer
from actions.turn import Turn

KINDS = {
    "en": {"data": "Data", "voice": "Calls", "sms": "SMS"},
    "es": {"data": "Datos", "voice": "Llamadas", "sms": "SMS"},
    "pt": {"data": "Dados", "voice": "Ligações", "sms": "SMS"},
}
ABROAD = {"en": "abroad", "es": "en el extranjero", "pt": "no exterior"}
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


async def tell(turn: Turn, line_id: str) -> None:
    usage = await turn.app.usage(line_id)
    buckets = [_sentence(bucket, turn.language) for bucket in usage.get("buckets") or []]
    words = {"label": usage["label"], "plan": usage["plan"], "ends": usage["period_ends_on_text"]}
    if buckets:
        turn.say("utter_usage", buckets="\n".join(buckets), **words)
    else:
        turn.say("utter_usage_none", **words)


def _sentence(bucket: Answer, language: str) -> str:
    kind = KINDS[language].get(bucket["kind"], bucket["kind"])
    if bucket["abroad"]:
        kind += f" {ABROAD[language]}"
    if bucket.get("unlimited"):
        return "• " + UNLIMITED[language].format(kind=kind, used=bucket["used_text"])
    return "• " + LEFT[language].format(kind=kind, left=bucket["left_text"], granted=bucket["granted_text"])
