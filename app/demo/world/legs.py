"""An agent's browser on the telephone, as the demo's provider has it: no sound, but rung, taken and
hung up. It is known by the token that the operator signed for it."""

import secrets
import time
from typing import Any

import jwt
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.demo.world import sandbox
from app.demo.world.refusals import Refusal
from app.demo.world.store import Row, Store

TABLE = "legs"
RINGS_FOR = 25.0
_AFTER = {"accept": "talking", "reject": "busy", "hang_up": "completed"}
_FROM = {"accept": {"ringing"}, "reject": {"ringing"}, "hang_up": {"talking"}}


class Legs:
    """Calls on their way to agents, by the id of the caller's call."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ring(self, sid: str, identity: str, caller: str, about: str) -> None:
        leg = secrets.token_hex(8)
        row = {"sid": sid, "leg": leg, "identity": identity, "caller": caller, "about": about}
        self._store.put(TABLE, sid, {**row, "state": "ringing", "at": time.time()})

    def drop(self, sid: str) -> None:
        self._store.remove(TABLE, sid)

    def state(self, sid: str) -> str:
        """ringing, talking, or how it ended in Twilio's words."""
        row = self._store.get(TABLE, sid)
        if row is None:
            return "completed"
        late = row["state"] == "ringing" and time.time() > row["at"] + RINGS_FOR
        return "no-answer" if late else str(row["state"])

    def of(self, identity: str) -> Row | None:
        rows = [each for each in self._store.rows(TABLE) if each["identity"] == identity]
        return next((e for e in rows if self.state(e["sid"]) in {"ringing", "talking"}), None)

    def do(self, sid: str, identity: str, deed: str) -> None:
        """What is too late changes nothing."""
        with self._store.changing():
            row = self._store.get(TABLE, sid)
            if row and row["identity"] == identity and self.state(sid) in _FROM[deed]:
                self._store.put(TABLE, sid, {**row, "state": _AFTER[deed]})


def blueprint(legs: Legs, dialtone_url: str) -> Blueprint:
    """Called by agents' browsers from the operator's page."""
    api = Blueprint("twilio_client", __name__, url_prefix="/twilio/client")

    @api.after_request
    def let_the_desk_in(response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = dialtone_url
        response.headers["Access-Control-Allow-Headers"] = "Authorization"
        response.headers["Vary"] = "Origin"
        return response

    @api.get("/call")
    def call() -> ResponseReturnValue:
        return jsonify(call=_shown(legs.of(_identity())))

    @api.post("/calls/<sid>/<deed>")
    def do(sid: str, deed: str) -> ResponseReturnValue:
        identity = _identity()
        if deed not in _AFTER:
            raise Refusal(404, "not_found", "Nothing of that kind can be done.")
        legs.do(sid, identity, deed)
        return jsonify(call=_shown(legs.of(identity)))

    return api


def _identity() -> str:
    given = request.authorization
    token = given.token if given and given.type == "bearer" else ""
    try:
        told = jwt.decode(token or "", sandbox.TWILIO_API_SECRET, algorithms=["HS256"])
        return str(told["grants"]["identity"])
    except (jwt.InvalidTokenError, KeyError, TypeError) as error:
        raise Refusal(401, "unknown", "The token is not right.") from error


def _shown(row: Row | None) -> dict[str, Any] | None:
    return {name: row[name] for name in ("sid", "leg", "state", "caller", "about")} if row else None
