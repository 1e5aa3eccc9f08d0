"""One address for both visitors: htmx gets the fragment, a plain browser gets the page."""

import json

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response


def wanted() -> bool:
    return request.headers.get("HX-Request") == "true"


def show(page: str, fragment: str, **context: object) -> Response:
    response = make_response(render_template(fragment if wanted() else page, **context))
    response.vary.add("HX-Request")
    return response


def done(fragment: str, back_to: str, **context: object) -> Response:
    """The answer to a successful POST."""
    return show(fragment, fragment, **context) if wanted() else redirect(back_to, 303)


def go(address: str) -> Response:
    """The answer to a successful POST that leads to another page."""
    if not wanted():
        return redirect(address, 303)
    response = make_response("", 204)
    response.headers["HX-Redirect"] = address
    return response


def told(text: str, *, changed: str = "") -> Response:
    """No content, a short message for whoever did it, and the name of what should fetch itself."""
    events: dict[str, object] = {"told": {"text": text}}
    if changed:
        events[changed] = {}
    answer = make_response("", 204)
    answer.headers["HX-Trigger"] = json.dumps(events)
    return answer
