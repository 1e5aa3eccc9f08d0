"""A telephone in the browser: dial *123# and see the screens, or call and hear what is said."""

from dataclasses import asdict, dataclass

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.demo.world import csrf
from app.demo.world.accounts import Inbox
from app.demo.world.countries import market_of
from app.demo.world.dialling import Call, Calls, Screen, Ussd
from app.demo.world.phone_pages import TABS, Phones
from app.demo.world.refusals import Refusal
from app.demo.world.visitor import Visitor

_LONGEST = 160
_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#")


@dataclass(frozen=True, slots=True)
class Dialler:
    """Whose phone it is, who is reached, and by what."""

    phones: Phones
    visitor: Visitor
    ussd: Ussd
    calls: Calls

    def find(self, channel: str) -> Inbox | None:
        return self.phones.accounts.dialogue(market_of(self.phones.number()), channel)

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
        dialler.phones.number()  # another phone shows nothing yet
        kept = session.get("ussd")
        screen = Screen(**kept) if kept else None
        return _page("ussd", dialler.phones, screen=screen)

    @pages.post("/ussd/dial")
    def dial() -> ResponseReturnValue:
        inbox = dialler.inbox("ussd")
        session["ussd"] = asdict(dialler.ussd.dial(inbox, dialler.phones.number()))
        return redirect(url_for(".ussd"), 303)

    @pages.post("/ussd/answer")
    def answer() -> ResponseReturnValue:
        kept = session.get("ussd")
        if kept and not kept["over"]:
            screen = Screen(**kept)
            inbox = dialler.inbox("ussd")
            said = dialler.ussd.answer(inbox, dialler.phones.number(), screen, _said())
            session["ussd"] = asdict(said)
        return redirect(url_for(".ussd"), 303)


def _hold_calls(pages: Blueprint, dialler: Dialler) -> None:
    @pages.get("/call")
    def call() -> ResponseReturnValue:
        number = dialler.phones.number()
        kept = session.get("call")
        going = Call(**kept) if kept else None
        seen = dialler.calls.look(dialler.find("voice"), number, going)
        if going:
            session["call"] = going.kept()
        return _page("call", dialler.phones, call=going, **seen)

    @pages.post("/call/ring")
    def ring() -> ResponseReturnValue:
        session["call"] = dialler.calls.ring(dialler.inbox("voice"), dialler.phones.number()).kept()
        return redirect(url_for(".call"), 303)

    @pages.post("/call/answer")
    def answer_call() -> ResponseReturnValue:
        kept = session.get("call")
        if kept and kept["waits"]:
            going, inbox = Call(**kept), dialler.inbox("voice")
            how = request.form.get("how")
            if how == "hang_up":
                heard = dialler.calls.hang_up(inbox, dialler.phones.number(), going)
            elif how == "say":
                heard = dialler.calls.say(inbox, dialler.phones.number(), going, _said())
            else:
                heard = dialler.calls.press(inbox, dialler.phones.number(), going, _said())
            session["call"] = heard.kept()
        return redirect(url_for(".call"), 303)


def _take_calls(pages: Blueprint, dialler: Dialler) -> None:
    @pages.post("/call/incoming")
    def incoming() -> ResponseReturnValue:
        inbox = dialler.inbox("voice")
        if request.form.get("how") == "answer":
            taken = dialler.calls.pick_up(inbox, dialler.phones.number())
            if taken is not None:
                session["call"] = taken.kept()
        else:
            dialler.calls.decline(inbox, dialler.phones.number())
        return redirect(url_for(".call"), 303)


def _page(name: str, phones: Phones, **more: object) -> str:
    return render_template(
        f"world/phone/{name}.html",
        number=phones.number(),
        people=phones.everybody(),
        keys=_KEYS,
        tabs=TABS,
        **more,
    )


def _said() -> str:
    """A key that was pressed, or what was typed."""
    typed = request.form.get("key") or request.form.get("said", "")
    return typed[:_LONGEST]
