"""Giving the conversation to a person, with all the bot has learnt."""

import logging

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

WISHES = {
    "check_balance": "know the balance",
    "check_usage": "know what is left of the allowance",
    "view_bill": "see the bill",
    "dispute_charge": "dispute a charge",
    "make_payment": "pay the bill",
    "top_up": "top up prepaid credit",
    "payment_failed": "find a payment or top-up that was taken but did not arrive",
    "set_up_autopay": "set up automatic payment",
    "request_refund": "get a refund or compensation",
    "list_plans": "know the plans on offer",
    "change_plan": "change plan",
    "buy_addon": "buy an add-on",
    "cancel_service": "cancel the service",
    "activate_sim": "activate a SIM",
    "report_lost_sim": "report a lost or stolen phone or SIM and have it blocked",
    "get_puk": "unlock a SIM with its PUK",
    "port_number": "move a number in or out",
    "network_problem": "have a network or equipment problem solved",
    "roaming_info": "know about use abroad",
    "ticket_status": "know how a case is going",
    "update_contact": "change contact details",
    "talk_to_agent": "talk to a person",
}
QUOTED_LETTERS = 300


async def hand_over(turn: Turn, reason: str, response: str = "utter_handover") -> None:
    """Ask the application for a person, then say goodbye; say so as well when the asking fails.

    `reason` is one of asked, not_understood, verification, refused, error.
    """
    intent = _matter(turn)
    try:
        taken = await turn.app.hand_over(
            intent=intent,
            topic=TOPIC_OF.get(intent, "other"),
            reason=reason,
            slots=_facts(turn),
            tried=turn.memory("tried") or [],
            summary=_summary(turn, intent),
        )
    except (AppUnavailable, Refused) as failure:
        _say_a_person_will_follow(turn, failure)
    else:
        wait = taken.get("wait_text")
        turn.say(response, ticket=taken.get("ticket") or "")
        if wait:
            turn.say("utter_wait", wait=wait)
    turn.forget_flow()
    turn.remember(misunderstood=0, tried=[])


async def after_failure(turn: Turn) -> None:
    """The application did not answer: apologise and let a person carry on."""
    await hand_over(turn, "error", "utter_handover_error")


def offer(turn: Turn, response: str, reason: str = "asked", **words: str) -> None:
    """Say something that ends with "shall a person help you?"; a yes then hands over."""
    matter = _matter(turn)
    turn.forget_flow()
    turn.remember(awaiting="person", task=matter, handover_reason=reason)
    turn.say(response, **words)


def _say_a_person_will_follow(turn: Turn, failure: Exception) -> None:
    log.warning("conversation %s: no hand-over: %r", turn.conversation_id, failure)
    if isinstance(failure, Refused) and failure.code == "conversation_not_with_bot":
        turn.stay_silent()
    else:
        turn.say("utter_person_will_follow")


def _matter(turn: Turn) -> str:
    """What it is about: the intent itself, or the one under way when a person was agreed to."""
    if turn.intent in WISHES and turn.intent != "talk_to_agent":
        return turn.intent
    return turn.memory("task") or ("talk_to_agent" if turn.intent != "nlu_fallback" else "other")


def _facts(turn: Turn) -> dict[str, str]:
    quote = turn.memory("quote") or {}
    remembered = {
        "line_id": turn.memory("line_id"),
        "plan_code": turn.memory("plan_code"),
        "quote_id": quote.get("id"),
    }
    return {**{k: v for k, v in remembered.items() if v}, **turn.entities()}


def _summary(turn: Turn, intent: str) -> str:
    """One or two sentences in English for the person who takes over."""
    wish = WISHES.get(intent)
    first = f"The customer wants to {wish}." if wish else "The bot did not understand the customer."
    if turn.pressed_a_button or not turn.text:
        return first
    return f'{first} Last message: "{turn.text[:QUOTED_LETTERS]}"'
