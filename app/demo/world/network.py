"""The network's door for machines: line tests, provisioning orders and outages."""

import re
from dataclasses import asdict

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from app.demo.world import bodies
from app.demo.world.lines import ACTIONS, SERVICES, Network, Order
from app.demo.world.refusals import Refusal

_LINE = re.compile(r"\+?[0-9A-Za-z-]{3,40}", re.ASCII)
_SERVICE = ("service", SERVICES)


def blueprint(network: Network) -> Blueprint:
    api = Blueprint("network_api", __name__, url_prefix="/network/v1")

    @api.get("/lines/<msisdn>/diagnosis")
    def diagnosis(msisdn: str) -> ResponseReturnValue:
        """`?service=mobile|fibre|tv`; mobile unless told."""
        service = bodies.choice({"service": request.args.get("service", "mobile")}, *_SERVICE)
        return jsonify(asdict(network.diagnose(_line(msisdn), service=service)))

    @api.post("/orders")
    def order() -> ResponseReturnValue:
        return jsonify(asdict(network.carry_out(_order_wanted(bodies.read_json()))))

    @api.get("/orders/<order_id>")
    def show_order(order_id: str) -> ResponseReturnValue:
        """What really happened, for whoever got no answer. This door never hangs nor lies."""
        found = network.order(order_id)
        if found is None:
            raise Refusal(404, "not_found", "There is no such order.")
        return jsonify(asdict(found))

    @api.get("/outages")
    def outages() -> ResponseReturnValue:
        return jsonify(outages=[asdict(outage) for outage in network.outages()])

    @api.post("/outages")
    def break_down() -> ResponseReturnValue:
        body = bodies.read_json()
        outage = network.break_down(
            area=bodies.text(body, "area"),
            service=bodies.choice(body, *_SERVICE),
            text=bodies.text(body, "text", longest=1000),
        )
        return jsonify(asdict(outage)), 201

    @api.delete("/outages/<outage_id>")
    def repair(outage_id: str) -> ResponseReturnValue:
        network.repair(outage_id)
        return "", 204

    return api


def _order_wanted(body: bodies.Body) -> Order:
    action = bodies.choice(body, "action", ACTIONS)
    needs_plan = action == "change_plan"
    return Order(
        order_id=bodies.text(body, "order_id"),
        action=action,
        msisdn=_line(bodies.text(body, "msisdn")),
        plan=bodies.text(body, "plan") if needs_plan else bodies.text(body, "plan", default=""),
    )


def _line(msisdn: str) -> str:
    if not _LINE.fullmatch(msisdn):
        raise bodies.invalid("msisdn", "must be a number such as +525512345678")
    return msisdn
