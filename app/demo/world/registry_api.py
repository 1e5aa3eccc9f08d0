"""The registry's door for machines: ask about a paper, and read what was answered."""

from dataclasses import asdict

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.demo.world import bodies
from app.demo.world.refusals import Refusal
from app.demo.world.registry import Registry

PAPERS = ("aadhaar", "pan", "cpf", "curp", "passport")


def blueprint(registry: Registry) -> Blueprint:
    api = Blueprint("registry_api", __name__, url_prefix="/identity-checks/v1")

    @api.post("/checks")
    def check() -> ResponseReturnValue:
        body = bodies.read_json()
        made = registry.check(
            check_id=bodies.text(body, "check_id"),
            paper=bodies.choice(body, "paper", PAPERS),
            number=bodies.text(body, "number"),
            name=bodies.text(body, "name"),
            country=bodies.text(body, "country", longest=2),
        )
        return jsonify(asdict(made))

    @api.get("/checks/<check_id>")
    def show_check(check_id: str) -> ResponseReturnValue:
        """What was really decided. This door never hangs nor lies."""
        found = registry.kept(check_id)
        if found is None:
            raise Refusal(404, "not_found", "There is no such check.")
        return jsonify(asdict(found))

    return api
