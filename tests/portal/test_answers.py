"""What the widget offers to read before a person is asked."""

import pytest
from sqlalchemy import select

from app.core import db
from kb import service, switch
from kb.models import ArticleSearch, Audience
from kb.search.postgres import PostgresIndex
from tests.factories.actors import administrator
from tests.factories.conversations import SITE, InboxFactory


@pytest.fixture
def inbox(database):
    switch.plug_in(PostgresIndex())
    for slug, title, audience in (
        ("puk", "What a PUK is", Audience.PUBLIC),
        ("puk-desk", "PUK at the desk", Audience.STAFF),
    ):
        service.write(
            slug,
            "en",
            by=administrator(),
            title=title,
            summary="After three wrong PINs.",
            body="On the card.",
            category="sim",
            audience=audience,
        )
    service.reindex(by=administrator())
    return InboxFactory()


def ask(browser, path, inbox, *, origin=SITE, **more):
    sent = {"inbox": inbox.key, "q": "phone asks for a puk", "language": "en", **more}
    return browser.post(f"/chat/{path}", json=sent, headers={"Origin": origin})


def test_public_articles_of_the_market_are_offered(browser, inbox):
    answer = ask(browser, "answers", inbox)

    assert [each["title"] for each in answer.json["answers"]] == ["What a PUK is"]
    assert answer.json["answers"][0]["url"].endswith("/help/mx/en/puk")
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert db.session.scalars(select(ArticleSearch)).all() == []


def test_small_talk_is_offered_nothing(browser, inbox):
    for said in ("hello, good morning", "", "👋"):
        assert ask(browser, "answers", inbox, q=said).json == {"answers": []}


def test_what_was_asked_in_the_end_is_noted_with_whether_she_read_instead(browser, inbox):
    ask(browser, "answers/met", inbox, opened=True)
    ask(browser, "answers/met", inbox, q="call me at 55 1234 5678 about satellites", opened=False)

    noted = db.session.scalars(select(ArticleSearch).order_by(ArticleSearch.at)).all()
    assert [(each.found, each.opened, each.market) for each in noted] == [
        (1, True, "MX"),
        (0, False, "MX"),
    ]
    assert noted[1].words == "call me at … about satellites"


def test_other_sites_get_no_answers(browser, inbox):
    for path, more in (("answers", {}), ("answers/met", {"opened": False})):
        answer = ask(browser, path, inbox, origin="https://elsewhere.example", **more)
        assert answer.status_code == 403
