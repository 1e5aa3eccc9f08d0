"""Anybody's phone: her SMS and her WhatsApp side by side. Whatever else it does is a tab."""

import re
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.demo.world import bodies, csrf, phone
from app.demo.world.accounts import Accounts, Shopper
from app.demo.world.files import LARGEST, Files
from app.demo.world.handset import CHANNELS, SOCIAL, TEXTS, Handset, inbox_for
from app.demo.world.moods import MODES, PROVIDERS, Moods
from app.demo.world.refusals import Refusal
from app.demo.world.store import Store
from app.demo.world.talks import Bubble, Talks
from app.demo.world.visitor import Visitor

LONGEST = 4096
SHOWN = {"image/jpeg", "image/png", "image/gif", "image/webp"}
_NUMBER = re.compile(r"\+\d{8,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tab:
    """`name` is also the last part of its word, `tab.<name>`; `endpoint` shows it."""

    name: str
    endpoint: str


# Whoever adds something that a phone does adds its tab.
TABS = [
    Tab("chats", "phone_pages.chats"),
    Tab("social", "phone_pages.social"),
    Tab("mailbox", "mailbox_pages.mailbox"),
    Tab("ussd", "dial_pages.ussd"),
    Tab("call", "dial_pages.call"),
]


@dataclass(frozen=True, slots=True)
class Phones:
    """Whose phone it is in this browser; all tabs are the same phone's."""

    accounts: Accounts

    def number(self) -> str:
        asked = request.args.get("number", "").replace(" ", "")
        if _NUMBER.fullmatch(asked) and asked != session.get("number"):
            session["number"] = asked
            for begun in ("ussd", "call"):  # by the phone it was before
                session.pop(begun, None)
        known = str(session.get("number", ""))
        first = next((each.phone for each in self.everybody()), "+525500000000")
        return known or first

    def everybody(self) -> list[Shopper]:
        return [each for each in self.accounts.everybody() if each.phone]

    def owner(self) -> Shopper | None:
        number = self.number()
        return next((each for each in self.everybody() if each.phone == number), None)

    def name(self) -> str:
        """The name that she gave her WhatsApp."""
        owner = self.owner()
        return owner.name if owner else ""


def blueprint(phone_page: "PhonePage", visitor: Visitor) -> Blueprint:
    pages = Blueprint("phone_pages", __name__, url_prefix="/phone")
    pages.before_request(allow_files)
    csrf.protect(pages)
    visitor.listen(pages)
    pages.get("/")(phone_page.chats)
    pages.get("/social")(phone_page.social)
    pages.post("/messages")(phone_page.say)
    pages.post("/messages/<bubble_id>/buttons/<int:index>")(phone_page.press)
    pages.post("/moods")(phone_page.behave)
    pages.get("/files/<file_id>")(phone_page.file)
    return pages


def allow_files() -> None:
    """Before the form's token is looked for, which reads the form."""
    if request.endpoint == "phone_pages.say":
        request.max_content_length = LARGEST


@dataclass(frozen=True, slots=True)
class PhonePage:
    phones: Phones
    handset: Handset
    talks: Talks
    files: Files
    moods: Moods
    store: Store

    def chats(self) -> ResponseReturnValue:
        return self._shown(TEXTS)

    def social(self) -> ResponseReturnValue:
        return self._shown(SOCIAL)

    def _shown(self, channels: tuple[str, ...]) -> ResponseReturnValue:
        number = self.phones.number()
        return render_template(
            "world/phone/chats.html",
            tabs=TABS,
            number=number,
            people=self.phones.everybody(),
            talks={channel: self.talks.between(number, [channel]) for channel in channels},
            ours={channel: inbox_for(number, channel).address for channel in channels},
            moods={provider: self.moods.of(provider) for provider in PROVIDERS},
            modes=MODES,
            messages=phone.latest(self.store),
        )

    def say(self) -> ResponseReturnValue:
        form = request.form.to_dict()
        channel = bodies.choice(form, "channel", CHANNELS)
        kept = self._kept()
        text = bodies.text(form, "text", longest=LONGEST, default="" if kept else None)
        name = self.phones.name()
        said = self.handset.says(self.phones.number(), channel, text, name=name, files=kept)
        return _back_to(said)

    def press(self, bubble_id: str, index: int) -> ResponseReturnValue:
        return _back_to(self.handset.presses(bubble_id, index, name=self.phones.name()))

    def behave(self) -> ResponseReturnValue:
        form = request.form.to_dict()
        mode = bodies.choice(form, "mode", MODES)
        self.moods.behave(bodies.choice(form, "provider", PROVIDERS), mode)
        return redirect(url_for(".chats"), 303)

    def file(self, file_id: str) -> ResponseReturnValue:
        found = self.files.find(file_id)
        if found is None:
            raise Refusal(404, "not_found", "There is no such file.")
        if found.media_type in SHOWN:
            return Response(found.content, content_type=found.media_type)
        headers = {"Content-Disposition": "attachment"}
        return Response(found.content, content_type="application/octet-stream", headers=headers)

    def _kept(self) -> tuple[dict[str, str], ...]:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return ()
        name, media_type = sent.filename, sent.mimetype
        file_id = self.files.keep(sent.read(), name=name, media_type=media_type)
        return ({"id": file_id, "name": name, "media_type": media_type},)


def _back_to(said: Bubble) -> ResponseReturnValue:
    return redirect(url_for(".chats" if said.channel in TEXTS else ".social"), 303)
