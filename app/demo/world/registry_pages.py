"""The registry's control page: let it say yes or no, fail, hang or lie."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.demo.world import bodies, csrf
from app.demo.world.registry import MODES, Registry
from app.demo.world.visitor import Visitor


def blueprint(registry: Registry, visitor: Visitor) -> Blueprint:
    pages = Blueprint("registry_pages", __name__, url_prefix="/registry")
    csrf.protect(pages)
    visitor.listen(pages)

    @pages.get("/")
    def control() -> ResponseReturnValue:
        return render_template(
            "world/registry/control.html",
            current=registry.mode(),
            modes=MODES,
            checks=registry.latest(),
        )

    @pages.post("/mode")
    def behave() -> ResponseReturnValue:
        registry.behave(bodies.choice(request.form.to_dict(), "mode", MODES))
        return redirect(url_for(".control"), 303)

    return pages
