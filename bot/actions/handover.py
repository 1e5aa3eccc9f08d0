"""Giving the conversation to a person, with all the bot has learnt."""

import logging
from collections.abc import Mapping

from actions.app_client import AppUnavailable, Refused
from actions.turn import Turn

log = logging.getLogger(__name__)

TOPICS = {
    "billing": "check_balance view_bill dispute_charge make_payment top_up payment_failed"
    " set_up_autopay request_refund",
    "technical": "check_usage activate_sim get_puk network_problem roaming_info",
    "sales": "list_plans change_plan buy_addon port_number",
    "account": "cancel_service report_lost_sim update_contact ticket_status",
}
TOPIC_OF = {intent: topic for topic, intents in TOPICS.items() for intent in intents.split()}

QUOTED_LETTERS = 300
# What they promise is now, which nobody keeps out of hours.
PROMISE_NOW = {"utter_handover", "utter_handover_care"}
CARE = "care"  # a reason that is its own matter, whatever her words are taken for


async def hand_over(
    turn: Turn, reason: str, response: str = "utter_handover", found: Mapping[str, str] | None = None
) -> None:
    """Ask the application for a person, then say goodbye; say so as well when the asking fails.

    `reason` is one of asked, not_understood, verification, refused, error, care; `found` is what the
    bot found out by itself.
    """
    intent = CARE if reason == CARE else _matter(turn)
    try:
        taken = await turn.app.hand_over(
            intent=intent,
            topic=TOPIC_OF.get(intent, "other"),
            reason=reason,
            slots={**_facts(turn), **(found or turn.offered.get("found") or {})},
            tried=turn.memory("tried") or [],
            summary=_summary(turn),
        )
    except (AppUnavailable, Refused) as failure:
        _say_a_person_will_follow(turn, failure)
    else:
        wait = taken.get("wait_text")
        if response in PROMISE_NOW and not taken.get("is_open", True):
            response = "utter_handover_later"
        turn.say(response, ticket=taken.get("ticket") or "")
        if wait:
            turn.say("utter_wait", wait=wait)
    turn.forget_flow()
    turn.remember(misunderstood=0, tried=[])


async def call_back(turn: Turn) -> bool:
    """She would rather be called: at the number she told, else the one we know, and what she writes
    meanwhile is still ours. False when that cannot be had, and a person writes instead."""
    intent = _matter(turn)
    try:
        taken = await turn.app.call_back(
            number=turn.entity("phone_number"),
            intent=intent,
            topic=TOPIC_OF.get(intent, "other"),
            tried=turn.memory("tried") or [],
            summary=_summary(turn),
        )
    except (AppUnavailable, Refused) as refusal:
        log.warning("conversation %s: no call back: %r", turn.conversation_id, refusal)
        return False
    turn.say("utter_call_back", number=taken["number_text"], ticket=taken["ticket"])
    if taken.get("wait_text"):
        turn.say("utter_wait", wait=taken["wait_text"])
    turn.forget_flow()
    turn.remember(misunderstood=0, tried=[])
    return True


async def after_failure(turn: Turn) -> None:
    """The application did not answer: apologise and let a person carry on."""
    await hand_over(turn, "error", "utter_handover_error")


def offer(
    turn: Turn,
    response: str,
    reason: str = "asked",
    found: Mapping[str, str] | None = None,
    **words: str,
) -> None:
    """Say something that ends with "shall a person help you?"; a yes then hands over, with `found`."""
    offered = {"of": "person", "matter": _matter(turn), "reason": reason, "found": dict(found or {})}
    turn.remember(offer=offered)
    turn.say(response, **words)


def _say_a_person_will_follow(turn: Turn, failure: Exception) -> None:
    log.warning("conversation %s: no hand-over: %r", turn.conversation_id, failure)
    if isinstance(failure, Refused) and failure.code == "conversation_not_with_bot":
        turn.stay_silent()
    else:
        turn.say("utter_person_will_follow")


def _matter(turn: Turn) -> str:
    """What it is about: the intent itself, what a person was offered for, or the task under way."""
    if turn.heard_as in TOPIC_OF:
        return turn.heard_as
    under_way = (turn.memory("work") or {}).get("task")
    guesses = turn.is_unsure and (turn.offered.get("matter") or under_way)
    if turn.intent in TOPIC_OF and not guesses:
        return turn.intent
    work = turn.memory("work") or {}
    known = turn.offered.get("matter") or work.get("task")
    return known or ("talk_to_agent" if turn.intent != "nlu_fallback" else "other")


def _summary(turn: Turn) -> str:
    return "" if turn.pressed_a_button else turn.text[:QUOTED_LETTERS]


def _facts(turn: Turn) -> dict[str, str]:
    work = turn.memory("work") or {}
    told = {**work.get("said", {}), **work.get("answers", {}), **turn.entities()}
    return {name: value for name, value in told.items() if not name.endswith("_code")}  # no secrets
