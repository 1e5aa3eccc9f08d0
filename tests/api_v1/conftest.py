"""Machines at the API, with tokens, keys and JSON."""

import base64
import itertools

import pytest

from app.core.actor import SYSTEM
from app.identity import clients
from app.identity.permissions import API_SCOPES
from tests.activation.conftest import identity, neighbours, network_fake  # noqa: F401 - fixtures

_keys = itertools.count()


class Machine:
    """A partner's program: it has a token and asks."""

    def __init__(self, app, made):
        self.browser = app.test_client()
        self.client, self.secret = made.client, made.secret
        self.token = self.fetch_token().json["access_token"]

    def fetch_token(self, secret=None, **form):
        pair = f"{self.client.client_id}:{secret or self.secret}".encode()
        return self.browser.post(
            "/api/v1/oauth/token",
            data={"grant_type": "client_credentials", **form},
            headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"},
        )

    def get(self, path, **query):
        return self.browser.get(f"/api/v1{path}", query_string=query, headers=self._bearer())

    def post(self, path, key=None, **body):
        return self.send(path, key or f"key-{next(_keys)}", json=body)

    def send(self, path, key, **more):
        headers = {**self._bearer(), **({"Idempotency-Key": key} if key else {})}
        return self.browser.post(f"/api/v1{path}", headers=headers, **more)

    def _bearer(self):
        return {"Authorization": f"Bearer {self.token}"}


def made(scopes=API_SCOPES, markets=("MX",), **more):
    return clients.make(
        by=SYSTEM, name="Shop of Puebla", scopes=sorted(scopes), markets=list(markets), **more
    )


@pytest.fixture
def machine(app, neighbours):  # noqa: F811 - the fixture
    """`machine(scopes={…}, markets=["BR"])`; everything in Mexico unless told."""
    return lambda **more: Machine(app, made(**more))
