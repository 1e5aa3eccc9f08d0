"""A second way in, for the action server: what a part of a message means. It changes no talk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json

LONGEST = 500


class Parsing(InputChannel):
    """POST /webhooks/parsing with {"text", "metadata"} answers as Rasa's own parsing does."""

    @classmethod
    def name(cls) -> str:
        return "parsing"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        door = Blueprint("parsing", "parsing")

        @door.route("/", methods=["POST"])
        async def parse(request: Request) -> HTTPResponse:
            told = request.json if isinstance(request.json, dict) else {}
            message = UserMessage(str(told.get("text") or "")[:LONGEST], metadata=told.get("metadata") or {})
            return json(await request.app.ctx.agent.processor.parse_message(message))

        return door
