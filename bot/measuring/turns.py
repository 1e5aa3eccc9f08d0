"""What comes of one message in the middle of a talk: `python -m measuring.turns MODEL [FILE …]`, from bot/.

`places.yml` says how a talk comes to a place; a line of FILE is {"place", "lang", "text", "means"}: what she
says there, and what must come of it. `means` is one of these, or several parted by "|" where either will do:

    yes             what is proposed is done
    no              it is left, and nothing else begun
    choose:X        X is chosen, or takes the place of what was: an option, a line, a sum; "@city" any city
    aside           she asks or tells something beside it: nothing is done, and what was open stays so
    other:INTENT    another matter, which is taken up; nothing is done of this one
    person          a person takes over, or is offered
    closes          she wants nothing more, and nothing begins

The actions run against a twin that knows any proposal. Prints a line for each message that went otherwise
and, last, one JSON line with the share that was right.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
import uuid
import warnings
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).parents[1]
OWN = sorted((HERE / "eval" / "turns").glob("*.jsonl"))
MARKET, TODAY = "MX", "2026-11-16"
NOT_HEARD = {"utter_choose_one", "utter_confirm_again", "utter_not_heard", "utter_clarify"}
NOT_HEARD |= {"utter_out_of_scope"}

# What a proposal that no contract holds is called, and what of it is named.
PROPOSED = {
    "dispute_charge": "Data beyond the allowance, Datos adicionales, dados adicionais $40.00",
    "request_refund": "Refund, devolución, reembolso $50.00",
}
NAMED = ("offer_code", "amount", "why", "form", "reason_code", "city")

Parse = Callable[[str], Awaitable[dict[str, Any]]]


@dataclass
class Outcome:
    """What one message brought about."""

    before: dict[str, Any]
    after: dict[str, Any]
    responses: list[str]
    understood: str
    proposed: list[dict[str, Any]]
    accepted: int
    asked: list[dict[str, Any]]
    read: str  # what the place made of it

    @property
    def is_heard(self) -> bool:
        return not NOT_HEARD & set(self.responses)

    @property
    def calls_a_person(self) -> bool:
        handed = any(each["path"].endswith("/handover") for each in self.asked)
        return handed or any(each["path"].endswith("/call-back") for each in self.asked)

    @property
    def offers_a_person(self) -> bool:
        return (self.after.get("offer") or {}).get("of") == "person"

    @property
    def is_idle(self) -> bool:
        return not self.accepted and not self.proposed and not self.calls_a_person


def came_of(outcome: Outcome, means: str) -> bool:
    """Whether just that came of it."""
    kind, _, told = means.partition(":")
    return bool(JUDGED[kind](outcome, told))


def _is_left(it: Outcome, _: str) -> bool:
    return it.is_idle and not (it.after.get("work") or {}).get("asking") and it.is_heard


def _is_chosen(it: Outcome, told: str) -> bool:
    work = it.after.get("work") or {}
    known = [work.get("answers"), work.get("said"), *(each["wanted"] for each in it.proposed)]
    known += [[each["query"], each["json"]] for each in it.asked]
    known += [(it.after.get(each) or {}).get("answers") for each in ("told", "last")]
    done = it.accepted or any(each["path"].endswith("-link") for each in it.asked)
    if told.startswith("@"):  # whatever she names of this
        asked = {name for each in it.asked for name in [*each["query"], *(each["json"] or {})]}
        has_it = told[1:] in {*(work.get("answers") or {}), *asked}
        return has_it or any(each["path"].endswith(told[1:]) for each in it.asked)
    return told in _values(known) and (not it.accepted or done)


def _values(told: Any) -> set[str]:
    if isinstance(told, dict):
        return set().union(*map(_values, told.values())) if told else set()
    if isinstance(told, list):
        return set().union(*map(_values, told)) if told else set()
    text = str(told)
    return {text, text.removesuffix(".00")}


def _is_beside(it: Outcome, _: str) -> bool:
    before, after = it.before.get("work") or {}, it.after.get("work") or {}
    if not before:
        return it.is_idle and it.is_heard and not after.get("asking")
    same = after.get("task") == before.get("task") and after.get("asking") == before.get("asking")
    wanted = (after.get("answers") or {}) == (before.get("answers") or {})
    return it.accepted == 0 and not it.calls_a_person and same and wanted


def _is_another(it: Outcome, told: str) -> bool:
    work, last = it.after.get("work") or {}, it.after.get("last") or {}
    taken = {it.understood, work.get("task"), last.get("task")}
    return not it.accepted and bool(taken & set(told.split("/")))


JUDGED: dict[str, Callable[[Outcome, str], Any]] = {
    "yes": lambda it, _: it.accepted,
    "no": _is_left,
    "choose": _is_chosen,
    "aside": _is_beside,
    "other": _is_another,
    "person": lambda it, _: it.calls_a_person or it.offers_a_person,
    "closes": lambda it, _: it.is_idle and it.is_heard and not (it.after.get("work") or {}).get("asking"),
}


@dataclass
class Talk:
    """A customer's talk with the actions, in one language."""

    twin: Any
    parse: Parse
    language: str
    slots: dict[str, Any] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    read: str = ""

    def __post_init__(self) -> None:
        self.slots["language"] = self.language

    async def says(self, text: str, intent: str = "", **entities: str) -> Outcome:
        """`intent` and `entities`, where they are told, are believed."""
        heard = dict(await self.parse(text))
        if intent:
            heard["intent"] = {"name": intent, "confidence": 0.95}
        told = [{"entity": name, "value": value} for name, value in entities.items()]
        return await self._takes({**heard, "entities": [*(heard.get("entities") or []), *told]})

    async def presses(self, word: str) -> Outcome:
        payload = next(each["payload"] for each in self.buttons if word in each["payload"] + each["title"])
        intent, _, carried = payload.lstrip("/").partition("{")
        told = json.loads("{" + carried) if carried else {}
        entities = [{"entity": name, "value": value} for name, value in told.items()]
        intent_told = {"name": intent, "confidence": 1.0}
        return await self._takes({"text": payload, "intent": intent_told, "entities": entities})

    async def _takes(self, heard: dict[str, Any]) -> Outcome:
        from rasa_sdk import Action, Tracker
        from rasa_sdk.executor import CollectingDispatcher

        metadata = {"market": MARKET, "language": self.language, "today": TODAY}
        heard["metadata"] = metadata
        before, since = dict(self.slots), len(self.twin.asked)
        tracker = Tracker("talk", self.slots, heard, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        action = _actions().get(f"action_{heard['intent']['name']}") or _actions()["action_nlu_fallback"]
        self.read = _read(heard, tracker, dispatcher)
        events = await (action.run if isinstance(action, Action) else action)(dispatcher, tracker, {})
        self.slots.update({each["name"]: each["value"] for each in events if each["event"] == "slot"})
        self.said = dispatcher.messages
        self.buttons = [each for message in self.said for each in message.get("buttons") or []]
        return self._outcome(before, self.twin.asked[since:])

    def _outcome(self, before: dict[str, Any], asked: list[dict[str, Any]]) -> Outcome:
        shown = [message["custom"] for message in self.said if message.get("custom")]
        return Outcome(
            before=before,
            after=dict(self.slots),
            responses=[message["response"] for message in self.said if message.get("response")],
            understood=next((each["intent"] for each in shown if each.get("kind") == "understood"), ""),
            proposed=[each["json"] for each in asked if each["path"].endswith("/proposals")],
            accepted=sum(each["path"].endswith("/accept") for each in asked),
            asked=asked,
            read=self.read,
        )


def _read(heard: dict[str, Any], tracker: Any, dispatcher: Any) -> str:
    """What the place makes of it, whatever comes of that."""
    from actions.tasks import placing
    from actions.turn import Turn

    turn = Turn(dispatcher, tracker)
    turn.begins()
    learnt = heard.get("at_places") or {}
    place = next((each for each in placing.places(turn) if each in learnt), "")
    intent = heard["intent"]
    told = f"{learnt[place][0]} {learnt[place][1]}" if place else "-"
    return f"{place} {told} · {intent['name']} {intent['confidence']:.2f}"


@cache
def _actions() -> dict[str, Any]:
    from rasa_sdk.executor import ActionExecutor

    executor = ActionExecutor()
    executor.register_package("actions")
    return dict(executor.actions)


def knowing_any_proposal() -> Any:
    """A twin of the application that also answers what no contract holds."""
    from tests.twin import Twin

    class AnyProposal(Twin):  # type: ignore[misc,valid-type]
        def answer(self, method: str, target: str, body: Any, headers: Any) -> tuple[int, Any]:
            status, told = super().answer(method, target, body, headers)
            path = urlsplit(target).path
            if status == HTTPStatus.NOT_FOUND and path.endswith("/proposals"):
                named = [str(each) for name, each in body["wanted"].items() if name in NAMED]
                sentence = " ".join([PROPOSED.get(body["kind"], body["kind"]), *named])
                return HTTPStatus.OK, {
                    "proposal_id": str(uuid.uuid4()),
                    "title": sentence,
                    "sentence": sentence,
                }
            if status == HTTPStatus.NOT_FOUND and path.endswith("/accept"):
                return HTTPStatus.OK, {"sentence": "✓", "custom": {}}
            return status, told

    return AnyProposal()


async def comes_to(twin: Any, parse: Parse, place: dict[str, Any], language: str) -> Talk:
    twin.reset()
    for contract, name in (place.get("twin") or {}).items():
        twin.says(contract, name)
    talk = Talk(twin, parse, language)
    for step in place["she"]:
        if "presses" in step:
            await talk.presses(step["presses"])
        else:
            await talk.says(step[language], step.get("intent", ""), **step.get("told", {}))
    return talk


def read(files: list[Path]) -> list[dict[str, Any]]:
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return [json.loads(line) for line in lines if line.strip()]


def places() -> dict[str, dict[str, Any]]:
    import yaml

    found = yaml.safe_load((Path(__file__).parent / "places.yml").read_text(encoding="utf-8"))
    return {each["place"]: each for each in found}


async def loaded(model: str) -> Parse:
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    from actions import parsing

    agent = Agent.load(model)

    async def parse(text: str) -> dict[str, Any]:
        message = UserMessage(text, metadata={"market": MARKET, "today": TODAY})
        return dict(await agent.processor.parse_message(message))

    async def ask(_url: str, texts: list[str], _metadata: dict[str, Any]) -> list[dict[str, Any]]:
        return [await parse(each) for each in texts]

    os.environ["RASA_URL"] = "http://here"
    parsing._ask = ask  # noqa: SLF001 - what Rasa would be asked over HTTP is asked here
    return parse


async def measure(model: str, lines: list[dict[str, Any]], *, everything: bool) -> dict[str, Any]:
    """Right by language and place; whatever went otherwise is printed."""
    from tests.twin import TOKEN

    parse, twin, known = await loaded(model), knowing_any_proposal(), places()
    os.environ.update(APP_URL=twin.url, BOT_SERVICE_TOKEN=TOKEN)
    right: Counter[tuple[str, str]] = Counter()
    of: Counter[tuple[str, str]] = Counter()
    wrongly_done = untold = 0
    for line in lines:
        talk = await comes_to(twin, parse, known[line["place"]], line["lang"])
        outcome = await talk.says(line["text"])
        is_right = any(came_of(outcome, each) for each in line["means"].split("|"))
        for key in (("lang", line["lang"]), ("place", line["place"]), ("means", line["means"].split(":")[0])):
            right[key] += is_right
            of[key] += 1
        agreed = "yes" in line["means"] or "choose" in line["means"]
        untold += "utter_cannot_tell" in outcome.responses
        wrongly_done += bool(outcome.accepted and not agreed)
        if everything or not is_right:
            print(_told(line, outcome, is_right))
    twin.close()
    total = sum(right[key] for key in right if key[0] == "lang")
    shares = {f"{kind}:{name}": f"{right[kind, name]}/{count}" for (kind, name), count in sorted(of.items())}
    return {
        "right": round(total / max(1, len(lines)), 4),
        "done_wrongly": wrongly_done,
        "untold": untold,
        **shares,
    }


def _told(line: dict[str, Any], it: Outcome, is_right: bool) -> str:
    work = it.after.get("work") or {}
    state = f"{work.get('task')}/{work.get('asking')} {json.dumps(work.get('answers'), ensure_ascii=False)}"
    proposed = json.dumps(it.proposed, ensure_ascii=False) if it.proposed else ""
    done = f" ACCEPTED {it.accepted}" if it.accepted else ""
    mark = "ok " if is_right else "-- "
    return (
        f"{mark}{line['place']} {line['lang']} [{line['means']}] {line['text']}\n"
        f"      {it.read}\n"
        f"      heard {it.understood}; {' '.join(it.responses)}; {state} {proposed}{done}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--place", default="", help="only those of this place")
    parser.add_argument("--all", action="store_true", help="print also what went right")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sys.path.insert(0, str(HERE / "tests"))
    lines = [each for each in read(options.files or OWN) if options.place in each["place"]]
    print(json.dumps(asyncio.run(measure(options.model, lines, everything=options.all)), ensure_ascii=False))


if __name__ == "__main__":
    main()
