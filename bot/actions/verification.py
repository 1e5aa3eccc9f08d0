"""When the application must know first that it is she: a code is sent, and then the bot goes on with
what she had asked. The code itself never comes here; the application reads it and tells what came of it."""

import re

from actions import handover
from actions.app_client import Answer, AppUnavailable, Refused
from actions.tasks.asking import yes_or_no
from actions.turn import NOT_UNDERSTOOD, Turn

# What the next message may answer.
CODE, NUMBER = "code", "number"
NUMBER_SHAPE = re.compile(r"\+?\d(?:[ ().-]*\d){6,14}")
STAYS = ("bad_number", "number_needed")


async def offer(turn: Turn, refusal: Refused) -> None:
    """Keep what she wanted, and offer the proof that is missing for it."""
    told = refusal.details or await _missing(turn)
    if told.get("needs") != "code":
        give_up(turn)
        return
    turn.remember(proof={"wish": turn.wish(), "to": told.get("to"), "sign_in": told.get("sign_in")})
    if told.get("to"):
        _await(turn, CODE)
        turn.say("utter_offer_code", yes_or_no(turn), to=told["to"])
    else:
        _await(turn, NUMBER)
        turn.say("utter_ask_number")
    if told.get("sign_in"):
        turn.say("utter_or_sign_in", url=told["sign_in"])


async def _missing(turn: Turn) -> Answer:
    try:
        return (await turn.app.verification())["for_facts"]
    except (AppUnavailable, Refused):
        return {}


async def hears(turn: Turn) -> bool:
    """Whether the message was the number that was asked for, or not understood while we wait."""
    waiting = turn.offered.get("of")
    number = "" if turn.pressed_a_button else _number_in(turn.text)
    if waiting == NUMBER and number:
        await send(turn, number)
        return True
    unclear = turn.intent in NOT_UNDERSTOOD and not turn.memory("misunderstood")
    if waiting == CODE and _is_sent(turn) and unclear:
        turn.remember(misunderstood=1)
        _await(turn, CODE)
        turn.say("utter_code_awaited", yes_or_no(turn), to=turn.memory("proof")["to"])
        return True
    return False


async def agreed(turn: Turn) -> bool:
    """Whether a yes was for a code, the first or a new one."""
    waiting = turn.offered.get("of")
    if waiting == NUMBER:
        _await(turn, NUMBER)
        turn.say("utter_ask_number")
    elif waiting == CODE:
        await send(turn, (turn.memory("proof") or {}).get("number", ""))
    return waiting in (NUMBER, CODE)


def declined(turn: Turn) -> bool:
    if turn.offered.get("of") not in (NUMBER, CODE):
        return False
    give_up(turn)
    return True


async def send(turn: Turn, number: str) -> None:
    try:
        sent = await turn.app.send_code(number)
    except Refused as refusal:
        if refusal.code in STAYS:
            _await(turn, NUMBER)
            turn.say("utter_bad_number")
            return
        if refusal.code == "conversation_not_with_bot":
            raise
        if refusal.code == "already_proven":  # she has signed in meanwhile
            _is_known(turn)
            return
        turn.remember(proof=None)
        handover.offer(turn, "utter_refused", reason="verification", message=refusal.message)
        return
    proof = turn.memory("proof") or {}
    turn.remember(proof={**proof, "to": sent["to"], "number": number, "sent": True})
    _await(turn, CODE)
    # Whose number it is, nobody is told.
    turn.say("utter_code_sent_if" if number else "utter_code_sent", to=sent["to"], minutes=sent["minutes"])


def came_back(turn: Turn) -> None:
    """Say what came of the code; when she is known now, the bot goes on with what she had wanted."""
    outcome = turn.entity("outcome")
    if outcome == "proven":
        turn.say("utter_code_right")
        _is_known(turn)
    elif outcome == "failed":
        turn.remember(proof=None)
        handover.offer(turn, "utter_code_failed", reason="verification")
    else:
        _await(turn, CODE)
        if outcome == "expired":
            turn.say("utter_code_expired", yes_or_no(turn))
        elif outcome == "mistyped":
            turn.say("utter_code_mistyped")
        else:
            turn.say("utter_code_wrong", left=turn.entity("left") or "0")


def _is_known(turn: Turn) -> None:
    turn.wished = (turn.memory("proof") or {}).get("wish") or {}
    turn.remember(proof=None)
    if not turn.wished:
        turn.say("utter_how_can_i_help")


def give_up(turn: Turn) -> None:
    """She signs in, or a person helps."""
    turn.remember(proof=None)
    handover.offer(turn, "utter_not_verified", reason="verification")


def _await(turn: Turn, what: str) -> None:
    turn.remember(offer={"of": what})


def _is_sent(turn: Turn) -> bool:
    return bool((turn.memory("proof") or {}).get("sent"))


def _number_in(text: str) -> str:
    """`55 1234 5678` of "es el 55 1234 5678, gracias"; empty when there is none."""
    found = NUMBER_SHAPE.search(text)
    return found.group() if found else ""
