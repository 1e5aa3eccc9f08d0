"""What the bot may read out of the knowledge base, and that its questions are noted."""

import pytest
from sqlalchemy import select

from app.conversations.models import Status, Verification
from app.core import db
from kb import service, switch
from kb.models import ArticleSearch, Audience
from kb.search.postgres import PostgresIndex
from tests.factories.actors import administrator
from tests.factories.conversations import ConversationFactory


@pytest.fixture
def library(database):
    switch.plug_in(PostgresIndex())
    for audience in Audience:
        service.write(
            f"outage-{audience.value}",
            "es",
            by=administrator(),
            title=f"Falla {audience.value}",
            summary="Qué hacer en una falla.",
            body="Espera.",
            category="data",
            audience=audience,
        )
    service.reindex(by=administrator())


def found(door, talk):
    answer = door(talk).get("articles", q="falla 55 1234 5678", language="es")
    return {each["url"].rpartition("/help")[2] for each in answer.json["articles"]}


def test_a_stranger_is_told_what_is_public_and_a_known_customer_what_is_for_customers(
    door, library
):
    stranger = ConversationFactory(anonymous=True, status=Status.BOT, language="es")
    known = ConversationFactory(
        status=Status.BOT, language="es", verification=Verification.IDENTITY
    )

    assert found(door, stranger) == {"/mx/es/outage-public"}
    assert found(door, known) == {"/mx/es/outage-public", "/mx/es/outage-customers"}


def test_what_the_bot_looked_for_is_noted_without_numbers(door, library):
    found(door, ConversationFactory(status=Status.BOT, language="es"))

    [noted] = db.session.scalars(select(ArticleSearch))
    assert (noted.words, noted.place, noted.market) == ("falla …", "bot", "MX")
