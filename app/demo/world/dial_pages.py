"""A telephone in the browser: dial *123# and see the screens, or call and hear what is said."""

import re
from dataclasses import asdict, dataclass

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.demo.world import csrf
from app.demo.world.accounts import Accounts, Inbox
from app.demo.world.dialling import Call, Calls, Screen, Ussd
from app.demo.world.phone_pages import TABS
from app.demo.world.refusals import Refusal
from app.demo.world.visitor import Visitor

_NUMBER = re.compile(r"\+\d{8,15}", re.ASCII)
_LONGEST = 160
_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#")


@dataclass(frozen=True, slots=True)
class Dialler:
    """Who is reached, and by what."""

    accounts: Accounts
    visitor: Visitor
    ussd: Ussd
    calls: Calls

    def find(self, channel: str) -> Inbox | None:
        return self.accounts.dialogue(self.visitor.market().code, channel)

    def inbox(self, channel: str) -> Inbox:
        found = self.find(channel)
        if found is None:
            raise Refusal(404, "not_found", "The operator cannot be dialled here.")
        return found


def blueprint(dialler: Dialler) -> Blueprint:
    pages = Blueprint("dial_pages", __name__, url_prefix="/phone")
    csrf.protect(pages)
    dialler.visitor.listen(pages)
    _show_screens(pages, dialler)
    _hold_calls(pages, dialler)
    _take_calls(pages, dialler)
    return pages


def _show_screens(pages: Blueprint, dialler: Dialler) -> None:
    @pages.get("/ussd")
    def ussd() -> ResponseReturnValue:
        kept = session.get("ussd")
        screen = Screen(**kept) if kept else None
        return _page("ussd", screen=screen)

    @pages.post("/ussd/dial")
    def dial() -> ResponseReturnValue:
        _remember_number()
        inbox = dialler.inbox("ussd")
        session["ussd"] = asdict(dialler.ussd.dial(inbox, _number()))
        return redirect(url_for(".ussd"), 303)

    @pages.post("/ussd/answer")
    def answer() -> ResponseReturnValue:
        kept = session.get("ussd")
        if kept and not kept["over"]:
            screen = Screen(**kept)
            inbox = dialler.inbox("ussd")
            said = dialler.ussd.answer(inbox, _number(), screen, _said())
            session["ussd"] = asdict(said)
        return redirect(url_for(".ussd"), 303)


def _hold_calls(pages: Blueprint, dialler: Dialler) -> None:
    @pages.get("/call")
    def call() -> ResponseReturnValue:
        kept = session.get("call")
        going = Call(**kept) if kept else None
        seen = dialler.calls.look(dialler.find("voice"), _number(), going)
        if going:
            session["call"] = going.kept()
        return _page("call", call=going, **seen)

    @pages.post("/call/ring")
    def ring() -> ResponseReturnValue:
        _remember_number()
        session["call"] = dialler.calls.ring(dialler.inbox("voice"), _number()).kept()
        return redirect(url_for(".call"), 303)

    @pages.post("/call/answer")
    def answer_call() -> ResponseReturnValue:
        kept = session.get("call")
        if kept and kept["waits"]:
            going, inbox = Call(**kept), dialler.inbox("voice")
            how = request.form.get("how")
            if how == "hang_up":
                heard = dialler.calls.hang_up(inbox, _number(), going)
            elif how == "say":
                heard = dialler.calls.say(inbox, _number(), going, _said())
            else:
                heard = dialler.calls.press(inbox, _number(), going, _said())
            session["call"] = heard.kept()
        return redirect(url_for(".call"), 303)


def _take_calls(pages: Blueprint, dialler: Dialler) -> None:
    @pages.post("/call/incoming")
    def incoming() -> ResponseReturnValue:
        inbox = dialler.inbox("voice")
        if request.form.get("how") == "answer":
            taken = dialler.calls.pick_up(inbox, _number())
            if taken is not None:
                session["call"] = taken.kept()
        else:
            dialler.calls.decline(inbox, _number())
        return redirect(url_for(".call"), 303)


def _page(name: str, **more: object) -> str:
    return render_template(
        f"world/phone/{name}.html", number=_number(), keys=_KEYS, tabs=TABS, **more
    )


def _number() -> str:
    """The same phone as on its other pages."""
    return str(session.get("number", "+525500000000"))


def _remember_number() -> None:
    asked = request.form.get("number", "").replace(" ", "")
    if not _NUMBER.fullmatch(asked):
        raise Refusal(422, "invalid", "number: must be like +525512345678")
    session["number"] = asked


def _said() -> str:
    """A key that was pressed, or what was typed."""
    typed = request.form.get("key") or request.form.get("said", "")
    return typed[:_LONGEST]
