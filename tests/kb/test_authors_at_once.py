from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, select

from app.core import db
from kb import service
from kb.models import ArticleVersion, Audience, State, Translation
from tests.factories.actors import staff


@pytest.fixture
def engine_of_its_own(new_database):
    engine = create_engine(new_database())
    db.session.remove()
    db.factory.configure(bind=engine)
    yield engine
    db.session.remove()
    db.factory.configure(bind=None)
    engine.dispose()


def write_draft(author):
    with db.session_scope():
        service.write(
            "puk",
            "en",
            by=staff("manager", name=author),
            title=f"PUK, by {author}",
            summary="When the PIN was wrong three times.",
            body="You find it on the card.",
            category="sim",
            audience=Audience.PUBLIC,
            publish=False,
        )


def test_authors_who_write_the_same_new_article_at_once_lose_nothing(engine_of_its_own):
    authors = [f"author {number}" for number in range(8)]

    with ThreadPoolExecutor(len(authors)) as pool:
        list(pool.map(write_draft, authors))

    translation = db.session.scalars(select(Translation)).one()
    versions = db.session.scalars(select(ArticleVersion)).all()
    assert translation.number == len(authors)
    assert {each.saved_by for each in versions} == set(authors)
    assert sorted(each.number for each in versions) == list(range(1, len(authors) + 1))
    assert sorted(each.state for each in versions) == sorted(
        [State.DRAFT] + [State.ARCHIVED] * (len(authors) - 1)
    )
