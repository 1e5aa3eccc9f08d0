"""People's questions, in their own words, find the demo operator's right article."""

import json
from pathlib import Path

import pytest

from app.demo import articles
from kb import queries
from kb.models import Audience
from tests.factories.actors import administrator

QUESTIONS = json.loads((Path(__file__).parent / "questions.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_nine_of_ten_questions_find_their_article_among_the_first_three(index, language):
    articles.load_articles(administrator())

    missed = {}
    for each in QUESTIONS[language]:
        hits = queries.search(each["question"], language, audience=Audience.PUBLIC, limit=3)
        if each["slug"] not in [hit.slug for hit in hits]:
            missed[each["question"]] = [hit.slug for hit in hits]

    assert len(QUESTIONS[language]) == 20
    assert len(missed) <= 2, missed
