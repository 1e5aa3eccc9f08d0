"""What the operator had delivered by its own post: codes and notices, newest first."""

import re

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.demo.world import bodies
from app.demo.world.refusals import Refusal
from app.demo.world.store import Row, Store

TABLE = "phone"
CHANNELS = ("sms", "email")
_KEY = re.compile(r"[0-9a-z:-]{8,100}", re.ASCII)
_MOST = 100


def blueprint(store: Store) -> Blueprint:
    api = Blueprint("phone_api", __name__, url_prefix="/phone/v1")

    @api.put("/messages/<key>")
    def arrive(key: str) -> ResponseReturnValue:
        """Once per key, however often it is sent."""
        body = bodies.read_json()
        if not _KEY.fullmatch(key):
            raise Refusal(422, "invalid", "key: must be an id")
        message = {
            "channel": bodies.choice(body, "channel", CHANNELS),
            "address": bodies.text(body, "address"),
            "text": bodies.text(body, "text", longest=1000),
        }
        with store.changing():
            if store.get(TABLE, key) is None:
                store.put(TABLE, key, message)
        return "", 204

    return api


def latest(store: Store) -> list[Row]:
    return store.rows(TABLE)[: -_MOST - 1 : -1]
