"""Rasa over its REST channel, on loopback."""

import time
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.conversations.port import Answer, BotDown, Button, Question
from app.core import http

TIMEOUT_SECONDS = 2.0
_HEALTH_SECONDS = 1.0
_LARGEST_ANSWER = 256 * 1024


class _Button(BaseModel):
    title: str = Field(max_length=200)
    payload: str = Field(max_length=500)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: str = Field(default="", max_length=4000)
    buttons: list[_Button] = Field(default_factory=list, max_length=20)
    custom: dict[str, Any] = Field(default_factory=dict)


_answers = TypeAdapter(list[_Answer])


class Rasa:
    """`url` is where Rasa listens. One client for all threads; it keeps connections open."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout
        self._client = http.client(url, timeout=timeout)

    def ask(self, question: Question) -> list[Answer]:
        try:
            said = _answers.validate_json(self._post(question))
        except (httpx.HTTPError, ValidationError) as error:
            raise BotDown(type(error).__name__) from error
        if not said:
            raise BotDown("it said nothing")
        return [_understood(each) for each in said]

    def is_up(self) -> bool:
        try:
            return self._client.get("/", timeout=_HEALTH_SECONDS).is_success
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        """Give the open connections back."""
        self._client.close()

    def _post(self, question: Question) -> bytes:
        """The body of its answer; BotDown when it is late, too long or a failure."""
        deadline = time.monotonic() + self._timeout
        body = bytearray()
        with self._client.stream(
            "POST", "/webhooks/rest/webhook", json=_as_json(question)
        ) as response:
            if not response.is_success:
                raise BotDown(f"status {response.status_code}")
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() > deadline or len(body) > _LARGEST_ANSWER:
                    raise BotDown("it drips")
        return bytes(body)


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
    buttons = tuple(Button(each.title, each.payload) for each in said.buttons)
    return Answer(said.text, buttons, said.custom)
