"""Twilio's calls as far as the operator makes and moves them."""

import secrets
import time

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from app.demo.world import sandbox
from app.demo.world.store import Row, Store

TABLE = "calls"
RINGS_FOR = 40.0


class CallBook:
    """Calls that the provider knows: those that ring somewhere, and where others are moved to."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, sid: str) -> None:
        self._store.put(TABLE, sid, {"sid": sid, "state": "going"})

    def ring(self, number: str, sender: str, url: str, status_url: str) -> str:
        sid = f"CA{secrets.token_hex(16)}"
        row = {"sid": sid, "state": "ringing", "number": number, "sender": sender, "url": url}
        self._store.put(TABLE, sid, {**row, "status_url": status_url, "at": time.time()})
        return sid

    def ringing_at(self, number: str) -> Row | None:
        rows = self._store.rows(TABLE)
        return next((e for e in rows if e["state"] == "ringing" and e["number"] == number), None)

    def unanswered(self) -> list[Row]:
        """Those that rang long enough; they ring no more."""
        with self._store.changing():
            rows = [each for each in self._store.rows(TABLE) if each["state"] == "ringing"]
            late = [each for each in rows if time.time() > each["at"] + RINGS_FOR]
            for each in late:
                self.end(each["sid"])
        return late

    def answer(self, sid: str) -> None:
        self._store.put(TABLE, sid, {**self._store.row(TABLE, sid), "state": "going"})

    def move(self, sid: str, url: str) -> bool:
        """False when there is no such call any more."""
        with self._store.changing():
            row = self._store.get(TABLE, sid)
            if row is None or row["state"] != "going":
                return False
            self._store.put(TABLE, sid, {**row, "moved": url})
        return True

    def moved(self, sid: str) -> str:
        """Where it is to go on, once."""
        with self._store.changing():
            row = self._store.get(TABLE, sid) or {}
            url = str(row.pop("moved", ""))
            if url:
                self._store.put(TABLE, sid, row)
        return url

    def end(self, sid: str) -> None:
        self._store.remove(TABLE, sid)


def add_to(api: Blueprint, book: CallBook) -> None:
    """Beside the messages, behind the same door."""
    own = f"/{sandbox.TWILIO_ACCOUNT}/Calls"

    @api.post(f"{own}.json")
    def make_call() -> ResponseReturnValue:
        form = request.form
        sid = book.ring(
            form.get("To", ""),
            form.get("From", ""),
            form.get("Url", ""),
            form.get("StatusCallback", ""),
        )
        return jsonify(sid=sid, status="queued", direction="outbound-api"), 201

    @api.post(f"{own}/<sid>.json")
    def change_call(sid: str) -> ResponseReturnValue:
        if not book.move(sid, request.form.get("Url", "")):
            body = {"code": 21220, "message": "Call is not in-progress.", "status": 400}
            return jsonify(body), 400
        return jsonify(sid=sid, status="in-progress")
