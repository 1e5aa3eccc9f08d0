"""Rasa over its REST channel, on loopback: one process, or several that share the talks."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.conversations.port import Answer, BotDown, Button, Question
from app.core import http

TIMEOUT_SECONDS = 2.0
_HEALTH_SECONDS = 1.0
_REST_SECONDS = 3.0
_MOST_FAILURES = 5
_BROKEN_SECONDS = 5.0
_LARGEST_ANSWER = 256 * 1024


class _Button(BaseModel):
    title: str = Field(max_length=200)
    payload: str = Field(max_length=500)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: str = Field(default="", max_length=4000)
    buttons: list[_Button] = Field(default_factory=list, max_length=20)
    custom: dict[str, Any] = Field(default_factory=dict)


_LEAVING = "/stop_flow"
_answers = TypeAdapter(list[_Answer])


class Rasa:
    """`urls` are where Rasa listens, separated by commas. A talk stays with one process as long as
    that lives; one to which nobody could connect is passed over for a while, so processes may be
    started and stopped one after the other. One that failed several times in a row is left alone
    for some seconds, in which people are called at once. One client each for all threads; it keeps
    connections open."""

    def __init__(self, urls: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout
        self._processes = [
            _Process(http.client(url.strip(), timeout=timeout)) for url in urls.split(",")
        ]

    def ask(self, question: Question) -> list[Answer]:
        try:
            said = _answers.validate_json(self._asked(question))
        except (httpx.HTTPError, ValidationError) as error:
            raise BotDown(type(error).__name__) from error
        if not said:
            raise BotDown("it said nothing")
        return [_understood(each) for each in said]

    def is_up(self) -> bool:
        return any(process.is_up() for process in self._processes)

    def close(self) -> None:
        """Give the open connections back."""
        for process in self._processes:
            process.client.close()

    def _asked(self, question: Question) -> bytes:
        """Another process is asked only where nothing can have been heard by the first."""
        deadline = time.monotonic() + self._timeout
        *others, last = self._in_turn(question.conversation_id)
        for process in others:
            try:
                return self._tried(process, question, deadline)
            except httpx.ConnectError:
                process.rest()
        return self._tried(last, question, deadline)

    def _in_turn(self, conversation_id: UUID) -> list["_Process"]:
        """First the talk's own, then the others; those that rest come last, the broken not."""
        own = conversation_id.int % len(self._processes)
        around = self._processes[own:] + self._processes[:own]
        sound = [process for process in around if not process.is_broken()]
        if not sound:
            raise BotDown("it is left alone for a while")
        return sorted(sound, key=_Process.rests)

    def _tried(self, process: "_Process", question: Question, deadline: float) -> bytes:
        try:
            said = self._post(process, question, deadline)
        except httpx.ConnectError:
            raise
        except (httpx.HTTPError, BotDown):
            process.fail()
            raise
        process.failures = 0
        return said

    def _post(self, process: "_Process", question: Question, deadline: float) -> bytes:
        """The body of its answer; BotDown when it is late, too long or a failure."""
        body = bytearray()
        with process.client.stream(
            "POST", "/webhooks/rest/webhook", json=_as_json(question)
        ) as response:
            if not response.is_success:
                raise BotDown(f"status {response.status_code}")
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() > deadline or len(body) > _LARGEST_ANSWER:
                    raise BotDown("it drips")
        return bytes(body)


@dataclass(slots=True)
class _Process:
    client: httpx.Client
    resting_until: float = 0.0
    failures: int = 0
    broken_until: float = 0.0

    def rest(self) -> None:
        self.resting_until = time.monotonic() + _REST_SECONDS

    def rests(self) -> bool:
        return time.monotonic() < self.resting_until

    def fail(self) -> None:
        """After the pause one more failure is enough."""
        self.failures += 1
        if self.failures >= _MOST_FAILURES:
            self.broken_until = time.monotonic() + _BROKEN_SECONDS

    def is_broken(self) -> bool:
        return time.monotonic() < self.broken_until

    def is_up(self) -> bool:
        try:
            return self.client.get("/", timeout=_HEALTH_SECONDS).is_success
        except httpx.HTTPError:
            return False


def _as_json(question: Question) -> dict[str, Any]:
    conversation_id = str(question.conversation_id)
    return {
        "sender": conversation_id,
        "message": question.text,
        "metadata": {
            "conversation_id": conversation_id,
            "language": question.language,
            "channel": question.channel,
            "market": question.market,
        },
    }


def _understood(said: _Answer) -> Answer:
    """What may be chosen comes before leaving it, which Rasa puts first: it stands in the words."""
    offered = sorted(said.buttons, key=lambda each: each.payload == _LEAVING)
    buttons = tuple(Button(each.title, each.payload) for each in offered)
    return Answer(said.text, buttons, said.custom)
