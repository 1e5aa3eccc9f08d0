"""The authenticator app that the demo's staff would have on their phones: their codes on a page."""

import json
import time
from pathlib import Path
from typing import Any

import pyotp
from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from app.demo.world.visitor import Visitor

SECONDS = 30


def blueprint(accounts_file: Path, visitor: Visitor) -> Blueprint:
    pages = Blueprint("authenticator", __name__, url_prefix="/authenticator")
    visitor.listen(pages)

    @pages.get("/")
    def codes() -> ResponseReturnValue:
        left = SECONDS - int(time.time()) % SECONDS
        staff = [{**each, "code": _code(each)} for each in _staff(accounts_file)]
        page = render_template("world/authenticator/codes.html", staff=staff)
        return page, {"Refresh": str(left)}

    @pages.get("/codes.json")
    def codes_for_machines() -> ResponseReturnValue:
        return jsonify({each["email"]: _code(each) for each in _staff(accounts_file)})

    return pages


def _code(colleague: dict[str, Any]) -> str:
    return pyotp.TOTP(colleague["totp_secret"]).now()


def _staff(accounts_file: Path) -> list[dict[str, Any]]:
    try:
        return list(json.loads(accounts_file.read_text(encoding="utf-8")).get("staff", []))
    except (OSError, ValueError):
        return []
