"""What is left of a line's allowance, told in one message."""

from actions import more_data
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

ENDS = {
    "en": "It is good until {ends}; with the next period the whole allowance is there again.",
    "es": "Vale hasta el {ends}; con el siguiente periodo vuelve la cantidad completa.",
    "pt": "Vale até {ends}; com o próximo período a franquia volta inteira.",
}


async def tell(turn: Turn, line_id: str) -> None:
    """With a pack beside it where no data is left for use at home."""
    usage = await turn.app.usage(line_id)
    buckets = [_sentence(bucket, turn.language) for bucket in usage.get("buckets") or []]
    words = {"label": usage["label"], "plan": usage["plan"], "ends": usage["period_ends_on_text"]}
    if buckets:
        turn.say("utter_usage", buckets="\n".join(buckets), **words)
    else:
        turn.say("utter_usage_none", **words)
    if _has_no_data_left(usage):
        more_data.offer(turn)


async def tell_when_it_ends(turn: Turn, line_id: str) -> bool:
    """False where it does not end."""
    usage = await turn.app.usage(line_id)
    ends = usage["period_ends_on_text"]
    if ends:
        turn.say("utter_told", sentence=ENDS[turn.language].format(ends=ends))
    return bool(ends)


def _has_no_data_left(usage: Answer) -> bool:
    data = [each for each in usage.get("buckets") or [] if each["kind"] == "data" and not each["abroad"]]
    return bool(data) and all(not each.get("unlimited") and not each["left"] for each in data)


def _sentence(bucket: Answer, language: str) -> str:
    kind = KINDS[language].get(bucket["kind"], bucket["kind"])
    if bucket["abroad"]:
        kind += f" {ABROAD[language]}"
    if bucket.get("unlimited"):
        return "• " + UNLIMITED[language].format(kind=kind, used=bucket["used_text"])
    return "• " + LEFT[language].format(kind=kind, left=bucket["left_text"], granted=bucket["granted_text"])
