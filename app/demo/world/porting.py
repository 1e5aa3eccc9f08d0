"""The clearing house through which operators hand each other numbers.

Another operator's shop asks for a number of ours on the page; our own requests are accepted at
once unless the code starts with 00.
"""

import re
import secrets
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.demo.world import bodies, csrf
from app.demo.world.refusals import Refusal
from app.demo.world.store import Store
from app.demo.world.visitor import Visitor

CODES, WANTED, ASKED = "porting_codes", "porting_wanted", "porting_asked"
_NUMBER = re.compile(r"\+[0-9]{6,15}", re.ASCII)


def blueprint(store: Store) -> Blueprint:
    api = Blueprint("porting_api", __name__, url_prefix="/porting/v1")
    _know_codes(api, store)
    _hear_answers(api, store)
    _hear_wishes(api, store)
    return api


def _know_codes(api: Blueprint, store: Store) -> None:
    @api.put("/codes/<number>")
    def publish(number: str) -> ResponseReturnValue:
        body = bodies.read_json()
        row = {"code": bodies.text(body, "code"), "valid_until": bodies.text(body, "valid_until")}
        store.put(CODES, _number(number), row)
        return "", 204

    @api.delete("/codes/<number>")
    def withdraw(number: str) -> ResponseReturnValue:
        with store.changing():
            store.remove(CODES, _number(number))
            for row in store.rows(WANTED):
                if row["number"] == number and row["status"] in {"new", "accepted"}:
                    store.put(WANTED, row["ref"], {**row, "status": "cancelled"})
        return "", 204


def _hear_answers(api: Blueprint, store: Store) -> None:
    @api.get("/wanted")
    def wanted() -> ResponseReturnValue:
        fields = ("ref", "number", "code", "recipient")
        new = [row for row in store.rows(WANTED) if row["status"] == "new"]
        return jsonify([{name: row[name] for name in fields} for row in new])

    @api.post("/wanted/<ref>/answer")
    def answer(ref: str) -> ResponseReturnValue:
        body = bodies.read_json()
        move_at = bodies.text(body, "move_at", default="")
        reason = bodies.text(body, "reason", default="")
        status = "accepted" if move_at else "refused"
        with store.changing():
            row = _wanted(store, ref)
            if row["status"] == "new":
                answered = {**row, "status": status, "move_at": move_at, "reason": reason}
                store.put(WANTED, ref, answered)
        return "", 204

    @api.post("/wanted/<ref>/hand-over")
    def hand_over(ref: str) -> ResponseReturnValue:
        with store.changing():
            store.put(WANTED, ref, {**_wanted(store, ref), "status": "handed_over"})
        return "", 204


def _hear_wishes(api: Blueprint, store: Store) -> None:
    @api.put("/asked/<request_id>")
    def ask(request_id: str) -> ResponseReturnValue:
        body = bodies.read_json()
        row = {
            "number": _number(bodies.text(body, "number")),
            "code": bodies.text(body, "code"),
            "port_on": bodies.text(body, "port_on"),
        }
        with store.changing():
            if store.get(ASKED, request_id) is None:
                store.put(ASKED, request_id, row)
        return "", 204

    @api.get("/asked/<request_id>")
    def standing(request_id: str) -> ResponseReturnValue:
        row = store.get(ASKED, request_id)
        if row is None:
            raise Refusal(404, "not_found", "There is no such request.")
        if row["code"].startswith("00"):
            return jsonify(answer="refused", reason="wrong_code")
        return jsonify(answer="accepted", reason="")


def pages(store: Store, visitor: Visitor) -> Blueprint:
    shown = Blueprint("porting_pages", __name__, url_prefix="/porting")
    csrf.protect(shown)
    visitor.listen(shown)

    @shown.get("/")
    def house() -> ResponseReturnValue:
        latest = store.rows(WANTED)[:-31:-1]
        return render_template("world/porting/house.html", wanted=latest)

    @shown.post("/")
    def want() -> ResponseReturnValue:
        form = request.form.to_dict()
        ref = f"port_{secrets.token_hex(6)}"
        row = {
            "ref": ref,
            "number": _number(bodies.text(form, "number")),
            "code": bodies.text(form, "code", longest=40).upper(),
            "recipient": bodies.text(form, "recipient", longest=100),
            "status": "new",
            "move_at": "",
            "reason": "",
        }
        store.put(WANTED, ref, row)
        return redirect(url_for(".house"), 303)

    return shown


def _number(text: str) -> str:
    number = text.replace(" ", "")
    if not _NUMBER.fullmatch(number):
        raise bodies.invalid("number", "must be a number such as +525512345678")
    return number


def _wanted(store: Store, ref: str) -> dict[str, Any]:
    row = store.get(WANTED, ref)
    if row is None:
        raise Refusal(404, "not_found", "There is no such request.")
    return row
