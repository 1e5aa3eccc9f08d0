"""The network's control page: make it fail, hang or lie, and start or end an outage."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.demo.world import bodies, csrf
from app.demo.world.diagnosis import AREAS
from app.demo.world.lines import DOORS, MODES, SERVICES, Network
from app.demo.world.visitor import Visitor


def blueprint(network: Network, visitor: Visitor) -> Blueprint:
    pages = Blueprint("network_pages", __name__, url_prefix="/network")
    csrf.protect(pages)
    visitor.listen(pages)

    @pages.get("/")
    def control() -> ResponseReturnValue:
        return render_template(
            "world/network/control.html",
            doors={door: network.mode(door) for door in DOORS},
            modes=MODES,
            services=SERVICES,
            areas=AREAS,
            outages=network.outages(),
            orders=network.latest_orders(),
        )

    @pages.post("/mode")
    def behave() -> ResponseReturnValue:
        form = request.form.to_dict()
        network.behave(bodies.choice(form, "door", DOORS), bodies.choice(form, "mode", MODES))
        return redirect(url_for(".control"), 303)

    @pages.post("/outages")
    def break_down() -> ResponseReturnValue:
        form = request.form.to_dict()
        network.break_down(
            area=bodies.text(form, "area"),
            service=bodies.choice(form, "service", SERVICES),
            text=bodies.text(form, "text", longest=1000),
        )
        return redirect(url_for(".control"), 303)

    @pages.post("/outages/<outage_id>/end")
    def repair(outage_id: str) -> ResponseReturnValue:
        network.repair(outage_id)
        return redirect(url_for(".control"), 303)

    return pages
