"""The bot's door with nothing around it but the application's answers to refusals."""

from dataclasses import replace

import pytest
from flask import Flask

from app.api import bot
from app.core import i18n
from app.web import errors
from config import Config
from tests.factories.tickets import tickets_listening
from tests.payments.conftest import nobody, plugged, world  # noqa: F401 - fixtures

TOKEN = "the bot's own token for tests"


class Door:
    """Asks as the bot does: one conversation, one language."""

    def __init__(self, client, conversation, language):
        self._client = client
        self._base = f"/api/bot/conversations/{conversation.id}"
        self._language = language

    def get(self, path, **query):
        return self._ask("GET", path, query)

    def post(self, path, **body):
        return self._ask("POST", path, {}, json=body)

    def _ask(self, method, path, query, **more):
        return self._client.open(
            f"{self._base}/{path}",
            method=method,
            query_string={"language": self._language, **query},
            headers={"Authorization": f"Bearer {TOKEN}"},
            **more,
        )


@pytest.fixture(scope="session")
def surface():
    app = Flask(__name__)
    config = replace(Config(), bot_service_token=TOKEN, public_url="https://care.aurora.example")
    app.config["DIALTONE"] = config
    errors.handle(app)
    app.register_blueprint(bot.bp)
    return app


@pytest.fixture
def client(surface):
    return surface.test_client()


@pytest.fixture
def door(client, database):
    """`door(conversation, language="es")` is the door as the bot sees it for one conversation."""
    with i18n.speaking("en"), tickets_listening():
        yield lambda conversation, language="es": Door(client, conversation, language)
