"""The whole application on an address, full of things, and one Chromium to look at it with."""

from types import SimpleNamespace

import pytest

from app.core import db
from app.identity.models import SessionKind
from app.identity.permissions import ROLES
from app.web.login import COOKIES, customer_actor
from app.wiring import wire
from tests.chromium import chromium
from tests.factories.identity import StaffFactory
from tests.screens.filling import more_of_hers
from tests.screens.looking import Eyes
from tests.security.browsers import opened
from tests.security.conftest import hers, valeria
from tests.serving import serving

__all__ = ["hers", "valeria"]  # fixtures


@pytest.fixture
def app(own_application):
    """On a database of its own, which the pages' server reads too. Cookies without a prefix."""
    made = own_application(public_url="http://desk.test", sockets_url="http://localhost:1")
    made.extensions["limits"].flushdb()
    wire(made.config["DIALTONE"], wake=lambda _entry_ids: None)
    return made


@pytest.fixture
def shown(valeria, hers):
    """The arguments of every route, and the query words without which a page says nothing."""
    return more_of_hers(valeria, hers)


@pytest.fixture
def cookies(valeria):
    """Of somebody who may do everything, of the customer, of who owns her talk, of a stranger."""
    everything = StaffFactory(name="Maximiliana Fernández de la Reguera", roles=list(ROLES))
    everything.markets = []
    db.session.commit()
    return {
        "staff": {COOKIES[SessionKind.STAFF]: opened(SessionKind.STAFF, everything.as_actor())},
        "owner": {COOKIES[SessionKind.STAFF]: opened(SessionKind.STAFF, valeria.owner.as_actor())},
        "customer": {
            COOKIES[SessionKind.CUSTOMER]: opened(
                SessionKind.CUSTOMER, customer_actor(valeria.customer)
            )
        },
        "stranger": {},
    }


@pytest.fixture
def served(app, shown):
    with serving(app) as url:
        yield SimpleNamespace(url=url, app=app)


@pytest.fixture
def eyes_of(served, cookies):
    """`eyes_of("staff")` looks with the cookies of that kind of person."""
    with chromium() as browser:

        def look(who, language="en"):
            context = browser.new_context(
                base_url=served.url, reduced_motion="reduce", locale="en-US"
            )
            held = {**cookies[who], "language": language}
            context.add_cookies(
                [
                    {"name": name, "value": value, "domain": "127.0.0.1", "path": "/"}
                    for name, value in held.items()
                ]
            )
            return Eyes(context.new_page())

        yield look
