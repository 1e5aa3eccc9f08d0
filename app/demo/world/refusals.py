"""How the outside world says no: a code and a sentence for machines, a page for people."""

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

MACHINES = ("/identity", "/twilio/", "/meta/", "/telegram/", "/sendgrid/")


class Refusal(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def _asked_by_a_machine() -> bool:
    return "/v1/" in request.path or request.path.startswith(MACHINES)


def _refused(refusal: Refusal) -> ResponseReturnValue:
    if _asked_by_a_machine():
        return jsonify(code=refusal.code, message=refusal.message), refusal.status
    return render_template("world/refused.html", code=refusal.code), refusal.status


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    code = (error.name or "error").lower().replace(" ", "_")
    return _refused(Refusal(error.code, code, error.description or error.name))


def install(app: Flask) -> None:
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
