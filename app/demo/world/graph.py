"""Meta's Graph API as far as the operator uses it: WhatsApp, Messenger and Instagram.

Who writes to a page has her number as her id there.
"""

import hashlib
import hmac
import json
import time
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.demo.world import sandbox
from app.demo.world.files import LARGEST, Files
from app.demo.world.hooks import Hooks
from app.demo.world.moods import Moods
from app.demo.world.sandbox import Reached
from app.demo.world.settings import Settings
from app.demo.world.talks import Bubble, Talks, new_id

VERSION = "v23.0"
PAGES = ("messenger", "instagram")
KINDS = {"image", "audio", "video"}


class Meta:
    """What it does of itself: tells the operator, signed as Meta signs."""

    def __init__(self, talks: Talks, hooks: Hooks, settings: Settings) -> None:
        self._talks = talks
        self._hooks = hooks
        self._media = f"{settings.world_url}/meta/{VERSION}/files"

    def from_a_phone(self, bubble: Bubble, inbox: Reached) -> None:
        if inbox.channel in PAGES:
            self._on_a_page(bubble, inbox)
            return
        value = {
            "contacts": [
                {"profile": {"name": bubble.more.get("name", "")}, "wa_id": _bare(bubble)}
            ],
            "messages": [
                {
                    "from": _bare(bubble),
                    "id": bubble.id,
                    "timestamp": str(int(time.time())),
                    **_content(bubble),
                }
            ],
        }
        self._whatsapp(inbox, value)

    def delivers(self, bubble: Bubble, inbox: Reached) -> None:
        self._hooks.receipts(lambda status, after: self._status(bubble, inbox, status, after))

    def is_read(self, bubble: Bubble, inbox: Reached) -> None:
        self._status(bubble, inbox, "read", 0)

    def _status(self, bubble: Bubble, inbox: Reached, status: str, after: float) -> None:
        self._talks.comes_to(bubble.id, status)
        if inbox.channel == "whatsapp":
            told = {
                "id": bubble.id,
                "status": status,
                "timestamp": str(int(time.time())),
                "recipient_id": _bare(bubble),
            }
            self._whatsapp(inbox, {"statuses": [told]}, after=after)
        elif status != "sent":
            moment = int(time.time() * 1000)
            mids = {"mids": [bubble.id]} if status == "delivered" else {}
            what = "delivery" if status == "delivered" else "read"
            self._page(inbox, bubble, {what: {**mids, "watermark": moment}}, after=after)

    def _on_a_page(self, bubble: Bubble, inbox: Reached) -> None:
        pressed = bubble.more.get("payload")
        message: dict[str, Any] = {"mid": bubble.id, "text": bubble.text}
        if pressed:
            message["quick_reply"] = {"payload": pressed}
        if bubble.files:
            message["attachments"] = [
                {
                    "type": _kind(file["media_type"]),
                    "payload": {"url": f"{self._media}/{file['id']}"},
                }
                for file in bubble.files
            ]
        self._page(inbox, bubble, {"message": message})

    def _page(
        self, inbox: Reached, bubble: Bubble, what: dict[str, Any], *, after: float = 0
    ) -> None:
        item = {
            "sender": {"id": _bare(bubble)},
            "recipient": {"id": inbox.account},
            "timestamp": int(time.time() * 1000),
            **what,
        }
        kind = "instagram" if inbox.channel == "instagram" else "page"
        self._call(inbox, {"object": kind, "entry": [_entry(inbox, messaging=[item])]}, after=after)

    def _whatsapp(self, inbox: Reached, value: dict[str, Any], *, after: float = 0) -> None:
        number = inbox.address.removeprefix("+")
        told = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": number, "phone_number_id": inbox.account},
            **value,
        }
        entry = _entry(inbox, changes=[{"field": "messages", "value": told}])
        self._call(inbox, {"object": "whatsapp_business_account", "entry": [entry]}, after=after)

    def _call(self, inbox: Reached, told: dict[str, Any], *, after: float) -> None:
        body = json.dumps(told).encode()
        digest = hmac.new(sandbox.META_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
        self._hooks.call(inbox, body, headers, after=after)


def _entry(inbox: Reached, **what: Any) -> dict[str, Any]:
    return {"id": inbox.account, "time": int(time.time() * 1000), **what}


def _bare(bubble: Bubble) -> str:
    return bubble.person.removeprefix("+")


def _kind(media_type: str) -> str:
    kind = media_type.partition("/")[0]
    return kind if kind in KINDS else "file"


def _content(bubble: Bubble) -> dict[str, Any]:
    """A pressed button, a file, or words, as WhatsApp tells of them."""
    payload = bubble.more.get("payload")
    if payload:
        reply = {"id": payload, "title": bubble.text}
        pressed = {"type": "button_reply", "button_reply": reply}
        context = {"id": bubble.more.get("answers", "")}
        return {"type": "interactive", "interactive": pressed, "context": context}
    if bubble.files:
        file = bubble.files[0]
        kind = _kind(file["media_type"]).replace("file", "document")
        told = {"id": file["id"], "mime_type": file["media_type"], "caption": bubble.text}
        if kind == "document":
            told["filename"] = file["name"]
        return {"type": kind, kind: told}
    return {"type": "text", "text": {"body": bubble.text}}


def blueprint(door: "Door") -> Blueprint:
    api = Blueprint("graph_api", __name__, url_prefix=f"/meta/{VERSION}")
    api.before_request(door.check)
    api.get("/me")(door.me)
    api.post("/me/messages")(door.send_from_a_page)
    api.get("/<account>")(door.about)
    api.get("/files/<file_id>")(door.file)
    api.post("/<account>/media")(door.upload)
    api.post("/<account>/messages")(door.send_from_a_number)
    return api


class Door:
    """Its API."""

    def __init__(
        self, meta: Meta, talks: Talks, files: Files, moods: Moods, settings: Settings
    ) -> None:
        self._meta = meta
        self._talks = talks
        self._files = files
        self._moods = moods
        self._own = f"{settings.world_url}/meta/{VERSION}"

    def check(self) -> ResponseReturnValue | None:
        if _token() != sandbox.META_TOKEN and _page_asking() is None:
            return _refused(401, 190, "Invalid OAuth access token.")
        return _bad_day(self._moods.now("meta")) if request.method == "POST" else None

    @staticmethod
    def me() -> ResponseReturnValue:
        return jsonify(id="me")

    def send_from_a_page(self) -> ResponseReturnValue:
        body = request.get_json(silent=True) or _parts_of_a_form()
        person = "+" + str(body.get("recipient", {}).get("id", ""))
        inbox = _page_asking()
        if inbox is None or not self._talks.between(person, [inbox.channel]):
            return _refused(400, 100, "No matching user found")
        said = self._talks.keep(_from_page(body.get("message", {}), person, inbox, self._files))
        self._meta.delivers(said, inbox)
        return jsonify(recipient_id=person[1:], message_id=said.id)

    def about(self, account: str) -> ResponseReturnValue:
        """A number of ours, or a file that was uploaded or sent."""
        if sandbox.by_account("whatsapp", account):
            return jsonify(id=account)
        found = self._files.find(account)
        if found is None:
            return _refused(400, 100, "Unsupported get request. The object does not exist.")
        return jsonify(
            id=account,
            url=f"{self._own}/files/{account}",
            mime_type=found.media_type,
            file_size=len(found.content),
        )

    def file(self, file_id: str) -> ResponseReturnValue:
        found = self._files.find(file_id)
        if found is None:
            return _refused(404, 100, "No such file.")
        return Response(found.content, content_type=found.media_type)

    def upload(self, account: str) -> ResponseReturnValue:
        request.max_content_length = LARGEST
        sent = request.files.get("file")
        if sandbox.by_account("whatsapp", account) is None or sent is None:
            return _refused(400, 100, "The parameter file is required.")
        kept = self._files.keep(sent.read(), name=sent.filename or "", media_type=sent.mimetype)
        return jsonify(id=kept)

    def send_from_a_number(self, account: str) -> ResponseReturnValue:
        inbox = sandbox.by_account("whatsapp", account)
        body = request.get_json(silent=True) or {}
        person = "+" + str(body.get("to", ""))
        if body.get("status") == "read":
            return jsonify(success=True)
        if inbox is None or not person[1:].isdigit():
            return _refused(400, 131009, "Parameter value is not valid")
        said = self._talks.keep(_from_number(body, person, inbox, self._files))
        self._meta.delivers(said, inbox)
        return jsonify(
            messaging_product="whatsapp",
            contacts=[{"input": body["to"], "wa_id": body["to"]}],
            messages=[{"id": said.id}],
        )


def _token() -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _page_asking() -> Reached | None:
    """Whose token it is."""
    pages = [each for each in sandbox.REACHED if each.channel in PAGES]
    return next((p for p in pages if sandbox.page_token(p.account) == _token()), None)


def _parts_of_a_form() -> dict[str, Any]:
    """A file comes with its message in a form, the values as JSON."""
    form = request.form
    found: dict[str, Any] = {}
    for name in ("recipient", "message"):
        try:
            found[name] = json.loads(form.get(name, "{}"))
        except ValueError:
            found[name] = {}
    return found


def _from_page(message: dict[str, Any], person: str, inbox: Reached, files: Files) -> Bubble:
    replies = message.get("quick_replies", [])
    sent = request.files.get("filedata")
    kept: tuple[dict[str, str], ...] = ()
    if sent is not None:
        media_type, name = sent.mimetype, sent.filename or ""
        file_id = files.keep(sent.read(), name=name, media_type=media_type)
        kept = ({"id": file_id, "name": name, "media_type": media_type},)
    return Bubble(
        new_id("m_"),
        inbox.channel,
        inbox.key,
        person,
        True,
        str(message.get("text", "")),
        buttons=tuple({"title": each["title"], "payload": each["payload"]} for each in replies),
        files=kept,
        state="queued",
    )


def _from_number(body: dict[str, Any], person: str, inbox: Reached, files: Files) -> Bubble:
    kind = str(body.get("type", "text"))
    content = body.get(kind, {})
    found = files.find(str(content.get("id", "")))
    kept = {"id": found.id, "name": found.name, "media_type": found.media_type} if found else None
    return Bubble(
        new_id("wamid."),
        "whatsapp",
        inbox.key,
        person,
        True,
        _words(kind, content),
        buttons=tuple(_buttons(content.get("action", {}))) if kind == "interactive" else (),
        files=(kept,) if kept else (),
        state="queued",
    )


def _words(kind: str, content: dict[str, Any]) -> str:
    if kind == "interactive":
        return str(content.get("body", {}).get("text", ""))
    if kind == "template":
        parts = content.get("components", [])
        values = [value.get("text", "") for part in parts for value in part.get("parameters", [])]
        return " · ".join([f"[{content.get('name', '')}]", *values])
    return str(content.get("caption") or content.get("body") or "")


def _buttons(action: dict[str, Any]) -> list[dict[str, str]]:
    """Of a message with buttons, or of one with a list."""
    replies = [each["reply"] for each in action.get("buttons", [])]
    rows = [row for section in action.get("sections", []) for row in section.get("rows", [])]
    return [{"title": each["title"], "payload": each["id"]} for each in (*replies, *rows)]


def _bad_day(mode: str) -> ResponseReturnValue | None:
    if mode == "throttles":
        return _refused(400, 130429, "Rate limit hit")
    if mode in {"fails", "hangs"}:
        return _refused(500, 131000, "Something went wrong")
    if mode == "refuses":
        return _refused(400, 131026, "Message undeliverable")
    return None


def _refused(status: int, code: int, message: str) -> tuple[Response, int]:
    error = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code}
    return jsonify(error=error), status
