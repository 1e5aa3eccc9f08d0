"""The dictionaries of PostgreSQL: how words of a language lose their endings."""

from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, REGCONFIG
from sqlalchemy.types import Text

from app.core import db
from kb.search import words

DICTIONARIES = {"en": "english", "es": "spanish", "pt": "portuguese"}


def stems_of(text: str, language: str) -> str:
    """The stems of a text in their order, each once, without the words that say nothing."""
    spelt = words.words_of(text)
    both = " ".join([*spelt, *map(words.fold, spelt)])
    lexemes = func.tsvector_to_array(
        func.to_tsvector(cast(DICTIONARIES[language], REGCONFIG), both)
    )
    found = db.session.scalar(select(cast(lexemes, ARRAY(Text)))) or []
    return " ".join(sorted({words.fold(each) for each in found}))
