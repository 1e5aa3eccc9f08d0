from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock, db
from app.core.errors import Forbidden
from kb import queries, service
from kb.cutting import cut
from kb.models import ArticleSearch, Place
from kb.service import reading
from tests.factories.actors import agent, staff


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("my number is +52 (55) 1234-5678 help", "my number is … help"),
        ("bill of ana.ruiz@example.com please", "bill of … please"),
        ("INV-2026-000045 is wrong", "inv-… is wrong"),
        ("card 4111 1111 1111 1111 declined", "card … declined"),
        ("see https://example.com/u?id=5 now", "see … now"),
        ("Me llamo Ana Ruiz y perdí mi chip", "… y perdí mi chip"),
        ("5g in  my\ntown, 4G is slow", "5g in my town, 4g is slow"),
        ("55 1234 5678", ""),
        ("\0\ud800 ", ""),
        ("a" * 1000, "a" * 200),
    ],
)
def test_questions_are_kept_without_what_tells_who_asked(typed, kept):
    assert cut(typed) == kept


def ask(words, *, language="en", found=0, opened=False, place=Place.HELP, **more):
    noted = service.note_search(words, language, place=place, found=found, **more)
    if opened:
        service.opened(noted)
    return noted


def gaps(by=None, **more):
    since = clock.now() - timedelta(days=30)
    return queries.gaps(by or staff("manager"), since=since, **more)


def test_the_same_question_in_other_words_is_one_gap(database):
    ask("How do I freeze my pets?")
    ask("freezing the pet")
    ask("freeze pets", found=2)
    ask("freeze pets", found=2, opened=True)

    [gap] = gaps()

    assert (gap.asked, gap.without_result, gap.without_click) == (4, 2, 1)
    assert "freeze" in gap.words


def test_what_was_found_and_opened_is_no_gap_and_nothing_found_comes_first(database):
    ask("pay my bill", found=3, opened=True)
    ask("hologram plan", found=4)
    ask("satellite")

    assert [each.words for each in gaps()] == ["satellite", "hologram plan"]


def test_gaps_are_seen_by_authors_of_the_market_in_one_language(database):
    ask("satélite", language="es", market="MX")
    ask("satelite", language="pt", market="BR")

    assert [each.language for each in gaps(staff("manager", markets=["BR"]))] == ["pt"]
    assert [each.language for each in gaps(language="es")] == ["es"]
    with pytest.raises(Forbidden):
        gaps(agent())


def test_a_question_of_numbers_alone_is_not_kept(database):
    assert ask("5512345678") is None
    assert ask("hola", language="fr") is None
    assert db.session.scalars(select(ArticleSearch)).all() == []


def test_questions_are_forgotten_after_a_year(database):
    ask("new")
    old = db.session.get(ArticleSearch, ask("old"))
    old.at -= timedelta(days=366)
    db.session.flush()

    assert reading.forget_searches() == 1
    assert db.session.scalars(select(ArticleSearch.words)).all() == ["new"]
