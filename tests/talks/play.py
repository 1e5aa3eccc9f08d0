"""Plays one talk against the running stack, and keeps what was said and what came of it."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core import clock, db
from app.demo.stack import Stack
from tests.talks import state
from tests.talks.doors import SECONDS, Door, door_of
from tests.talks.people import Person
from tests.talks.script import Talk, Turn
from tests.talks.state import Facts, Said, Standing

_LOOK_EVERY = 0.05
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_WRONG = "000000"


@dataclass(slots=True)
class Played:
    """`unheard` are the turns whose answer was not as written; `changes` what is different now."""

    talk: Talk
    transcript: list[str] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)
    changes: Facts = field(default_factory=dict)
    standing: Standing | None = None
    talk_id: UUID | None = None

    @property
    def told(self) -> str:
        standing = self.standing
        ended = f"= {self.changes}" + (f" {standing.status} {standing.learnt}" if standing else "")
        return "\n".join([self.talk.name, *self.transcript, ended])


def play(talk: Talk, person: Person | None, stack: Stack) -> Played:
    return _Play(talk, person, stack).played()


class _Play:
    def __init__(self, talk: Talk, person: Person | None, stack: Stack) -> None:
        self._talk, self._person, self._stack = talk, person, stack
        self._door: Door = door_of(talk, person, stack)
        self._seen = 0
        self._heard = ""
        self._played = Played(talk)
        self._used_codes: set[str] = set()

    def played(self) -> Played:
        since, mine = clock.now(), self._person.customer_id if self._person else None
        before = state.facts_of(mine, None, since)
        try:
            for turn in self._talk.turns:
                if not turn.when or self._holds(turn.when):
                    self._take(turn)
        finally:
            self._door.close()
        talk_id = self._id
        self._played.changes = state.changed(before, state.facts_of(mine, talk_id, since))
        self._played.standing = state.standing_of(talk_id)
        self._played.talk_id = talk_id
        return self._played

    @property
    def _id(self) -> UUID:
        assert self._door.conversation_id is not None, "she has said nothing"
        return self._door.conversation_id

    def _take(self, turn: Turn) -> None:
        answer = getattr(self, f"_{turn.does}")(turn.what)
        self._heard = "\n".join(str(each) for each in answer)
        self._played.transcript += [f"  {each}" for each in self._heard.split("\n") if each]
        if turn.heard and not self._holds(turn.heard):
            self._played.unheard.append(f"{turn.what!r} was not answered with {turn.heard!r}")
        if turn.unheard and self._holds(turn.unheard):
            self._played.unheard.append(f"{turn.what!r} was answered with {turn.unheard!r}")

    def _holds(self, pattern: str) -> bool:
        """Whether what the bot has just said does."""
        return re.search(self._filled(pattern), self._heard, re.IGNORECASE) is not None

    # ---- what she does

    def _she(self, words: str) -> list[Said]:
        return self._said(self._filled(words))

    def _at_once(self, words: list[str]) -> list[Said]:
        for each in words[:-1]:
            self._note(each)
            self._door.say(self._filled(each))
        return self._she(words[-1])

    def _presses(self, title: str) -> list[Said]:
        shown = [each for said in state.said_in(self._id) for each in said.buttons]
        title, payload = next(each for each in reversed(shown) if re.search(title, each[0]))
        return self._said(title, payload)

    def _code(self, which: str) -> list[Said]:
        """Of the last one that was sent to her."""
        return self._said(self._sent_code() if which == "right" else _WRONG)

    def _mailed_code(self, address: str) -> list[Said]:
        return self._said(self._sent_code(self._filled(address)))

    def _meanwhile(self, what: str) -> list[Said]:
        _HAPPENS[what](self._stack, self._id)
        self._played.transcript.append(f"  ({what})")
        return []

    def _said(self, words: str, payload: str = "") -> list[Said]:
        self._note(words)
        known = self._door.conversation_id
        with_person = known is not None and state.standing_of(known).status != "bot"
        seq = self._door.say(words, payload)
        until = time.monotonic() + SECONDS
        while not with_person and time.monotonic() < until:
            standing = state.standing_of(self._id)
            if standing.bot_seq >= seq or standing.learnt.get("reason") == "bot_unavailable":
                break
            time.sleep(_LOOK_EVERY)
        found = list(state.said_in(self._id, self._seen))
        self._seen = max([self._seen, *(each.seq for each in found)])
        return [each for each in found if each.author != "customer"]

    def _note(self, words: str) -> None:
        self._played.transcript.append(f"> {words}")

    # ---- what is behind her words

    def _filled(self, written: str) -> str:
        """`{number}` is her first number as she would say it, `{line2}` her second's last four."""
        if self._person is None:
            return written
        known = {"number": _spoken(self._person.lines[0])}
        known |= {f"line{at}": each[-4:] for at, each in enumerate(self._person.lines, 1)}
        for name, value in known.items():
            written = written.replace(f"{{{name}}}", value)
        return written

    def _sent_code(self, address: str = "") -> str:
        assert self._person is not None
        mine = {address} if address else {*self._person.lines, self._person.email}
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            told = [words for to, words in _post(self._stack) if to in mine]
            codes = [found.group() for each in told if (found := _CODE.search(each))]
            if fresh := [each for each in codes if each not in self._used_codes]:
                self._used_codes.update(codes)
                return fresh[-1]
            time.sleep(_LOOK_EVERY)
        raise TimeoutError("no code came:\n" + self._played.told)


def _post(stack: Stack) -> list[tuple[str, str]]:
    """To whom what was delivered, by the operator's own post or through a provider, each oldest
    first; the file is replaced as a whole."""
    tables: Mapping[str, Any] = json.loads((stack.state / "world" / "world.json").read_text())
    by_post = [(each["address"], each["text"]) for each in tables.get("phone", {}).values()]
    said = [each for each in tables.get("said", {}).values() if each["from_us"]]
    return [*by_post, *((each["person"], each["text"]) for each in said)]


def _spoken(number: str) -> str:
    national = number[3:]
    return f"{national[:2]} {national[2:6]} {national[6:]}"


def _kill_actions(stack: Stack, _talk_id: UUID) -> None:
    stack.control("signal", "KILL", "actions")


def _end_proof(_stack: Stack, talk_id: UUID) -> None:
    """As if half an hour went by."""
    statement = "UPDATE conversation SET proven_until = now() - interval '1 second' WHERE id = :id"
    with db.transaction():
        db.session.execute(text(statement), {"id": talk_id})


_HAPPENS = {"actions are killed": _kill_actions, "her proof ends": _end_proof}
