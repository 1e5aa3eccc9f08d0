"""Yes, no and never mind: to the task under way, or to what the bot offered last."""

from actions import handover, verification
from actions.action import CareAction
from actions.tasks import agreeing, engine, meeting
from actions.turn import Turn

CERTAIN = 0.8  # below it, "stop" may be a choice: "pues mejor la pausa"


class ActionAffirm(CareAction):
    intent = "affirm"
    resolves = False
    moves_on = True
    understood = False  # the engine knows whether it was what was asked

    async def answer(self, turn: Turn) -> None:
        offered = turn.offered
        if offered.get("of") == "person" and turn.reply[0] in ("solved", "understood"):
            turn.say("utter_anything_else")
        elif offered.get("of") == "person":
            await handover.hand_over(turn, offered["reason"])
        elif offered.get("of") == "parked":
            await engine.resume(turn)
        elif await verification.agreed(turn) or await meeting.says_yes(turn):
            return
        elif turn.done and agreeing.praises(turn):
            turn.say("utter_anything_else")
        elif turn.done:
            turn.remember(done=turn.done)
            turn.say("utter_already_done", sentence=turn.done)
        else:
            turn.say("utter_how_can_i_help")


class ActionDeny(CareAction):
    intent = "deny"
    resolves = False
    moves_on = True

    async def answer(self, turn: Turn) -> None:
        offered = turn.offered.get("of")
        if offered == "parked":
            engine.drop_parked(turn)
        elif agreeing.comes_round(turn) and await meeting.says_yes(turn):
            return
        elif offered == "person":
            turn.say("utter_anything_else")
            await engine.ask_again(turn)
        elif not verification.declined(turn) and not await meeting.leaves(turn):
            turn.say("utter_anything_else")


class ActionStopFlow(CareAction):
    intent = "stop_flow"
    resolves = False
    interrupts = True
    moves_on = True

    async def answer(self, turn: Turn) -> None:
        if turn.offered.get("of") == "parked":
            engine.drop_parked(turn)
        elif await _means_otherwise(turn):
            return
        elif not verification.declined(turn) and not await meeting.leaves(turn):
            turn.say("utter_stopped")
            turn.remember(told=turn.told, last=turn.last)  # nothing was under way: "sorry, I meant 150"


async def _means_otherwise(turn: Turn) -> bool:
    """Whether it only begins like leaving: "better not… ok do it", "pues mejor la pausa"."""
    if agreeing.comes_round(turn) and await meeting.says_yes(turn):
        return True
    return await meeting.hears_choice(turn, sure=turn.confidence >= CERTAIN)
