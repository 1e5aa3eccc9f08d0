"""A form or JSON with a field that a route does not offer is refused, and changes nothing."""

from itertools import cycle

import pytest

from app.core import db
from tests.security.bodies import BARE, FILES, FORMS, JSONS, SIGNED, Senders, hers_for
from tests.security.digest import attempts, digest
from tests.security.routes import routes_of

pytestmark = pytest.mark.long

SURFACES = ("workspace.", "portal.", "supervision.", "backoffice.")
SMUGGLED = ["status", "customer_id", "price", "created_at", "role"]


def posts_of_surfaces(app):
    return [route for route in routes_of(app, "POST") if route.endpoint.startswith(SURFACES)]


def offered_by(app, route):
    return getattr(app.view_functions[route.endpoint], "fields", None)


def test_every_route_that_takes_something_says_what(app):
    """Missing here? Put `@takes("field", …)` of app.web.input under the route's permission."""
    silent = [each.endpoint for each in posts_of_surfaces(app) if offered_by(app, each) is None]

    assert silent == []


def test_what_the_sweeps_send_is_what_the_routes_offer(app):
    differing = {
        route.endpoint: (sorted(offered), sorted(known))
        for route in posts_of_surfaces(app)
        if (offered := offered_by(app, route)) is not None
        and (known := known_fields(route.endpoint)) is not None
        and not known <= offered
    }

    assert differing == {}


def known_fields(endpoint):
    sent = FORMS.get(endpoint) or JSONS.get(endpoint)
    return set(sent) if sent else None


def test_a_field_that_nobody_offered_changes_nothing(app, valeria, widget_token, hers):
    senders, before, wrong = Senders(app, valeria, widget_token), digest(), []
    names = cycle(SMUGGLED)
    for route in posts_of_surfaces(app):
        if route.endpoint in SIGNED:
            continue
        field = next(name for name in names if name not in (offered_by(app, route) or ()))
        db.session.rollback()
        point = db.session.get_bind().begin_nested()
        attempted = attempts()
        answer = senders.send(route, route.path(**hers_for(route, hers)), **body(route, field))
        after = digest() if attempts() != attempted else before
        db.session.rollback()
        point.rollback()
        if answer.status_code != 400 or after != before:
            wrong.append((route.endpoint, field, answer.status_code))

    assert wrong == []


def body(route, field):
    if sent := JSONS.get(route.endpoint):
        return {"json": {**sent, field: "x"}}
    assert route.endpoint in {*FORMS, *BARE, *FILES}, f"{route.endpoint} is in no list of bodies"
    return {"data": {**FORMS.get(route.endpoint, {}), field: "x"}}
