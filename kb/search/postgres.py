"""Full-text search in PostgreSQL, without extensions: stems from its dictionaries, our own words.

Accents, typos and unfinished words are settled first, against the list of words that occur in
articles (`SearchWord`). What is left are correctly spelt words, whose stems the GIN index finds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    and_,
    cast,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import REGCONFIG, TSVECTOR, insert

from app.core import db
from kb.models import SearchEntry, SearchWord
from kb.search import synonyms as alike
from kb.search import words
from kb.search.port import Document, Hit, Reach
from kb.search.stems import DICTIONARIES

_LONGEST_TEXT = 500
_MOST_WORDS = 24
_MOST_ENDINGS = 40
# What a way of recognising a word is worth.
_AS_TYPED, _ALIKE, _UNFINISHED, _MISTYPED = 1.0, 0.85, 0.7, 0.7
# An article that scores below this share of the best one only shares a common word with the text.
_TAIL = 0.15

# Each word of the text counts by its rarity, once, in its best reading; more in title and summary.
# What no article says weighs little: people say much around what they ask.
_SEARCH = text("""
WITH reading AS MATERIALIZED (
    SELECT word, worth, to_tsquery(CAST(:dictionary AS regconfig), spelling) AS query
    FROM unnest(
        CAST(:words AS int[]), CAST(:worths AS float8[]), CAST(:spellings AS text[])
    ) AS given (word, worth, spelling)
), asked AS (
    SELECT DISTINCT word FROM reading WHERE numnode(query) > 0
), library AS (
    SELECT slug, language, stems FROM search_entry
    WHERE language = :language AND audience = ANY(CAST(:audiences AS text[]))
    AND (:everywhere OR markets = '[]' OR markets ?| CAST(:markets AS text[]))
), found AS (
    SELECT reading.word, entry.slug, max(reading.worth * (
        CAST(ts_filter(entry.stems, '{a}') @@ reading.query AS int) * 3
        + CAST(ts_filter(entry.stems, '{b,c}') @@ reading.query AS int) * 2
        + CAST(ts_filter(entry.stems, '{d}') @@ reading.query AS int)
    ) / 6) AS worth
    FROM reading JOIN library AS entry ON entry.stems @@ reading.query
    GROUP BY reading.word, entry.slug
), rarity AS (
    SELECT asked.word, ln(1 + (size - count(slug) + 0.5) / (count(slug) + 0.5))
        * CASE count(slug) WHEN 0 THEN 0.25 ELSE 1 END AS rarity
    FROM (SELECT greatest(count(*), 20) AS size FROM library) AS whole
    CROSS JOIN asked LEFT JOIN found USING (word)
    GROUP BY asked.word, size
), best AS (
    SELECT slug, CAST(round(CAST(
        sum(worth * rarity) / (SELECT sum(rarity) FROM rarity) AS numeric
    ), 4) AS float8) AS score
    FROM found JOIN rarity USING (word)
    GROUP BY slug ORDER BY score DESC, slug LIMIT :limit
)
SELECT entry.slug, entry.language, entry.title, entry.summary, best.score,
    ts_headline(
        CAST(:dictionary AS regconfig), entry.body,
        (SELECT to_tsquery(CAST(:dictionary AS regconfig), string_agg(spelling, ' | '))
         FROM unnest(CAST(:spellings AS text[])) AS spelling),
        'StartSel="", StopSel="", MaxWords=32, MinWords=16'
    ) AS snippet
FROM best JOIN search_entry AS entry USING (slug)
WHERE entry.language = :language
ORDER BY best.score DESC, entry.slug
""")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to understand the word at `place` in the text."""

    place: int
    worth: float
    spellings: Iterable[str]


class PostgresIndex:
    """Keeps its entries in the application's database, so they commit with the article."""

    def put(self, document: Document) -> None:
        entry = {
            "audience": document.audience,
            "markets": list(document.markets),
            "title": document.title,
            "summary": document.summary,
            "body": document.body,
            "stems": _stems(document),
        }
        db.session.execute(
            insert(SearchEntry)
            .values(slug=document.slug, language=document.language, **entry)
            .on_conflict_do_update(index_elements=["slug", "language"], set_=entry)
        )
        _learn(document)

    def remove(self, slug: str, language: str) -> None:
        db.session.execute(delete(SearchEntry).filter_by(slug=slug, language=language))

    def clear(self) -> None:
        db.session.execute(delete(SearchEntry))
        db.session.execute(delete(SearchWord))

    def search(
        self,
        text: str,
        language: str,
        *,
        reach: Reach,
        limit: int,
        synonyms: Sequence[Sequence[str]] = (),
    ) -> list[Hit]:
        text = text[:_LONGEST_TEXT]
        typed = list(dict.fromkeys(words.words_of(text)))[:_MOST_WORDS]
        if not typed or language not in DICTIONARIES:
            return []
        readings = [
            *_readings(typed, language, unfinished=not text[-1].isspace()),
            *_alike(typed, synonyms),
        ]
        rows = db.session.execute(
            _SEARCH,
            {
                "dictionary": DICTIONARIES[language],
                "language": language,
                "audiences": sorted(reach.audiences),
                "everywhere": not reach.markets,
                "markets": sorted(reach.markets),
                "limit": limit,
                "words": [each.place for each in readings],
                "worths": [each.worth for each in readings],
                "spellings": [_any_of(each.spellings) for each in readings],
            },
        )
        hits = [Hit(**row) for row in rows.mappings()]
        return [hit for hit in hits if hit.score >= hits[0].score * _TAIL]


def _stems(document: Document) -> ColumnElement[str]:
    """Each text twice, as spelt and folded, because dictionaries know only correct spellings."""
    dictionary = cast(DICTIONARIES[document.language], REGCONFIG)
    whole: ColumnElement[str] = literal("", TSVECTOR)
    for weight, part in _parts(document):
        spelt = words.words_of(part)
        stems = func.to_tsvector(dictionary, " ".join([*spelt, *map(words.fold, spelt)]))
        whole = whole.concat(func.setweight(stems, literal_column(weight)))
    return whole


def _parts(document: Document) -> list[tuple[str, str]]:
    """What the document is found by, each under the letter that weighs it."""
    return [
        ("'A'", document.title),
        ("'B'", document.summary),
        ("'C'", document.search_words),
        ("'D'", document.body),
    ]


def _learn(document: Document) -> None:
    """Add the document's words to the list. Words that no document has any more do no harm."""
    spelt = words.words_of(" ".join(each for _, each in _parts(document)))
    rows = [
        {"language": document.language, "spelling": word, "folded": words.fold(word)}
        for word in sorted(set(spelt))
    ]
    if rows:
        db.session.execute(insert(SearchWord).on_conflict_do_nothing(), rows)


def _readings(typed: list[str], language: str, *, unfinished: bool) -> list[_Reading]:
    """Every way to understand the words: as typed, as a beginning, as a slip of the finger."""
    folded = {word: words.fold(word) for word in typed}
    known = _known(language, SearchWord.folded.in_(folded.values()))
    strange = [plain for plain in folded.values() if plain not in known]
    meant = _meant(strange, language)

    readings = []
    for place, (word, plain) in enumerate(folded.items()):
        readings.append(_Reading(place, _AS_TYPED, {word, plain, *known.get(plain, ())}))
        if meant.get(plain):
            readings.append(_Reading(place, _MISTYPED, meant[plain]))
    if unfinished and (endings := _endings(folded[typed[-1]], language)):
        readings.append(_Reading(len(typed) - 1, _UNFINISHED, endings))
    return readings


def _alike(typed: list[str], synonyms: Sequence[Sequence[str]]) -> list[_Reading]:
    """What means the same as a word or phrase of the text, in the place where that begins."""
    said = alike.folded(" ".join(typed))
    readings = []
    for group in synonyms:
        for phrase in group:
            place = alike.is_said(phrase, said)
            if place is not None and place < len(typed):
                others = [each for each in group if alike.plain(each) != alike.plain(phrase)]
                readings.append(_Reading(place, _ALIKE, others))
    return readings


def _endings(beginning: str, language: str) -> set[str]:
    """Spellings of words that begin so; nothing for a single letter."""
    if len(beginning) < 2:
        return set()
    known = _known(language, SearchWord.folded.startswith(beginning), most=_MOST_ENDINGS)
    return set().union(*known.values())


def _meant(strange: list[str], language: str) -> dict[str, set[str]]:
    """The spellings that each of these folded words was probably meant to be.

    The first letter must be right: it nearly always is, and it keeps the choice small.
    """
    similar = [
        and_(
            SearchWord.folded.startswith(word[0]),
            func.length(SearchWord.folded).between(len(word) - slips, len(word) + slips),
        )
        for word in strange
        if (slips := words.forgiven_slips(word))
    ]
    if not similar:
        return {}
    known = _known(language, or_(*similar))
    return {
        word: set().union(*(known[near] for near in words.nearest(word, known.keys())))
        for word in strange
    }


def _known(
    language: str, condition: ColumnElement[bool], *, most: int | None = None
) -> dict[str, set[str]]:
    """Words of the list that meet the condition: folded → how they are spelt."""
    query = (
        select(SearchWord.folded, SearchWord.spelling)
        .where(SearchWord.language == language, condition)
        .order_by(func.length(SearchWord.folded), SearchWord.spelling)
        .limit(most)
    )
    known: dict[str, set[str]] = {}
    for folded, spelling in db.session.execute(query):
        known.setdefault(folded, set()).add(spelling)
    return known


def _any_of(spellings: Iterable[str]) -> str:
    """A tsquery. Words hold letters and digits only, so the quotes cannot be broken out of."""
    return " | ".join(filter(None, map(_phrase, sorted(spellings))))


def _phrase(spelt: str) -> str:
    """One word, or several behind each other, as spelt and in plain letters."""
    parts = words.words_of(spelt)
    kinds = dict.fromkeys([tuple(parts), tuple(map(words.fold, parts))])
    return " | ".join(
        "(" + " <-> ".join(f"'{part}'" for part in kind) + ")" for kind in kinds if kind
    )
