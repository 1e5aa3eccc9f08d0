"""People's questions, in their own words, find the demo operator's right article."""

from pathlib import Path

import pytest
import yaml

from kb import queries
from tests.factories.actors import visitor

pytestmark = pytest.mark.long

HERE = Path(__file__).parent


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_nine_of_ten_questions_find_their_article_among_the_first_three(demo_articles, language):
    questions = yaml.safe_load((HERE / f"questions.{language}.yaml").read_text(encoding="utf-8"))

    missed = {}
    for each in questions:
        hits = queries.search(visitor(), each["ask"], language, limit=3)
        if each["right"] not in [hit.slug for hit in hits]:
            missed[each["ask"]] = [hit.slug for hit in hits]

    assert len(questions) == 60
    assert len(missed) <= 6, missed
