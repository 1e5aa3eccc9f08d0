"""Telegram's Bot API as far as the operator uses it. Who writes has her number as her id there."""

import json
import secrets
import time
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.demo.world import sandbox
from app.demo.world.files import LARGEST, Files
from app.demo.world.hooks import Hooks
from app.demo.world.moods import Moods
from app.demo.world.sandbox import Reached
from app.demo.world.store import Store
from app.demo.world.talks import Bubble, Talks

TABLE = "telegram_webhooks"
SENDS = {"sendMessage", "sendPhoto", "sendDocument"}


def new_id() -> str:
    """Telegram numbers its messages."""
    return f"tg{secrets.randbelow(2**48)}"


class Telegram:
    """What it does of itself: tells the operator, with the operator's own secret."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks

    def from_a_phone(self, bubble: Bubble, inbox: Reached) -> None:
        person = {"id": _chat(bubble), "is_bot": False, "first_name": bubble.more.get("name", "")}
        told = _pressed(bubble, person) if bubble.more.get("payload") else _said(bubble, person)
        update = {"update_id": secrets.randbelow(2**40), **told}
        headers = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": sandbox.TELEGRAM_SECRET,
        }
        self._hooks.call(inbox, json.dumps(update).encode(), headers)


def _chat(bubble: Bubble) -> int:
    return int(bubble.person.removeprefix("+"))


def _number(bubble_id: str) -> int:
    return int(bubble_id.removeprefix("tg"))


def _message(bubble_id: str, chat: int) -> dict[str, Any]:
    talk = {"id": chat, "type": "private"}
    return {"message_id": _number(bubble_id), "chat": talk, "date": int(time.time())}


def _said(bubble: Bubble, person: dict[str, Any]) -> dict[str, Any]:
    message = {**_message(bubble.id, person["id"]), "from": person}
    if not bubble.files:
        return {"message": {**message, "text": bubble.text}}
    file = bubble.files[0]
    told = {"file_id": file["id"], "file_name": file["name"], "mime_type": file["media_type"]}
    return {"message": {**message, "document": told, "caption": bubble.text}}


def _pressed(bubble: Bubble, person: dict[str, Any]) -> dict[str, Any]:
    """Telegram sends back the message whose button it was."""
    payload = bubble.more["payload"]
    button = {"text": bubble.text, "callback_data": payload}
    asked = {
        **_message(bubble.more["answers"], person["id"]),
        "reply_markup": {"inline_keyboard": [[button]]},
    }
    query = {"id": bubble.id, "from": person, "message": asked, "data": payload}
    return {"callback_query": query}


def blueprint(door: "Door") -> Blueprint:
    api = Blueprint("telegram_api", __name__, url_prefix="/telegram")
    api.before_request(door.check)
    api.post("/bot<token>/<method>")(door.call)
    api.get("/file/bot<token>/<file_id>")(door.file)
    return api


class Door:
    """Its API."""

    def __init__(self, talks: Talks, files: Files, moods: Moods, store: Store) -> None:
        self._talks = talks
        self._files = files
        self._moods = moods
        self._store = store

    def check(self) -> ResponseReturnValue | None:
        if _inbox_of((request.view_args or {}).get("token", "")) is None:
            return _refused(401, "Unauthorized")
        return _bad_day(self._moods.now("telegram")) if request.method == "POST" else None

    def call(self, token: str, method: str) -> ResponseReturnValue:
        inbox = _inbox_of(token)
        asked = request.get_json(silent=True) or request.form.to_dict()
        if inbox is None:
            return _refused(401, "Unauthorized")
        if method in SENDS:
            return self._send(inbox, asked)
        if method == "getMe":
            return _done({"id": int(inbox.account), "is_bot": True, "username": inbox.address[1:]})
        if method == "setWebhook":
            self._store.put(TABLE, inbox.key, {"url": str(asked.get("url", ""))})
            return _done(True)
        if method == "getWebhookInfo":
            return _done(self._store.get(TABLE, inbox.key) or {"url": ""})
        return self._find(asked) if method == "getFile" else _refused(404, "Not Found")

    def file(self, token: str, file_id: str) -> ResponseReturnValue:
        found = self._files.find(file_id)
        if found is None:
            return _refused(404, "Not Found")
        return Response(found.content, content_type=found.media_type)

    def _find(self, asked: dict[str, Any]) -> ResponseReturnValue:
        found = self._files.find(str(asked.get("file_id", "")))
        if found is None:
            return _refused(400, "Bad Request: invalid file_id")
        return _done({"file_id": found.id, "file_size": len(found.content), "file_path": found.id})

    def _send(self, inbox: Reached, asked: dict[str, Any]) -> ResponseReturnValue:
        chat, text = str(asked.get("chat_id", "")), asked.get("text") or asked.get("caption", "")
        kept = self._kept()
        if not chat.isdigit() or not self._talks.between(f"+{chat}", ["telegram"]):
            return _refused(400, "Bad Request: chat not found")
        if not text and not kept:
            return _refused(400, "Bad Request: message text is empty")
        said = Bubble(
            new_id(),
            "telegram",
            inbox.key,
            f"+{chat}",
            True,
            str(text),
            buttons=_buttons(asked.get("reply_markup")),
            files=kept,
        )
        self._talks.keep(said)
        return _done(_message(said.id, int(chat)))

    def _kept(self) -> tuple[dict[str, str], ...]:
        request.max_content_length = LARGEST
        kept = []
        for sent in request.files.values():
            name, media_type = sent.filename or "", sent.mimetype
            file_id = self._files.keep(sent.read(), name=name, media_type=media_type)
            kept.append({"id": file_id, "name": name, "media_type": media_type})
        return tuple(kept)


def _inbox_of(token: str) -> Reached | None:
    bot, _, word = token.partition(":")
    return sandbox.by_account("telegram", bot) if word == "sandbox" else None


def _buttons(markup: Any) -> tuple[dict[str, str], ...]:
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    return tuple(
        {"title": each["text"], "payload": each["callback_data"]} for row in rows for each in row
    )


def _done(result: Any) -> ResponseReturnValue:
    return jsonify(ok=True, result=result)


def _bad_day(mode: str) -> ResponseReturnValue | None:
    if mode == "throttles":
        return _refused(429, "Too Many Requests: retry after 5", retry_after=5)
    if mode in {"fails", "hangs"}:
        return _refused(500, "Internal Server Error")
    if mode == "refuses":
        return _refused(403, "Forbidden: bot was blocked by the user")
    return None


def _refused(status: int, description: str, **parameters: int) -> tuple[Response, int]:
    told = {"ok": False, "error_code": status, "description": description}
    return jsonify(told | ({"parameters": parameters} if parameters else {})), status
