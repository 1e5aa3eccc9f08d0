"""How the engine is spoken to: what it makes of words, and how it is asked for them. Pure rules.

Words are folded as PostgreSQL's are, so both find the same. Beside them stand the stems of each
language, for what is not written as it was typed. The texts themselves are not kept.
"""

from datetime import datetime
from typing import Any

from app.search.port import FACTS, Document, Wanted

LANGUAGES = {"en": "english", "es": "light_spanish", "pt": "light_portuguese"}
_STOP = {"en": "_english_", "es": "_spanish_", "pt": "_portuguese_"}


def _stems(code: str) -> dict[str, Any]:
    return {
        "type": "custom",
        "tokenizer": "words",
        "filter": ["lowercase", "asciifolding", f"{code}_stop", f"{code}_stems"],
    }


_ANALYSIS = {
    "tokenizer": {"words": {"type": "pattern", "pattern": r"[^\p{L}\p{N}]+"}},
    "filter": {
        "folded": {"type": "asciifolding", "preserve_original": True},
        "short": {"type": "truncate", "length": 60},
        **{f"{code}_stop": {"type": "stop", "stopwords": words} for code, words in _STOP.items()},
        **{
            f"{code}_stems": {"type": "stemmer", "language": name}
            for code, name in LANGUAGES.items()
        },
    },
    "analyzer": {
        "words": {
            "type": "custom",
            "tokenizer": "words",
            "filter": ["lowercase", "folded", "short"],
        },
        **{f"stems_{code}": _stems(code) for code in LANGUAGES},
    },
}
_TEXT = {
    "words": {"type": "text", "analyzer": "words", "index_prefixes": {}, "norms": False},
    **{code: {"type": "text", "analyzer": f"stems_{code}", "norms": False} for code in LANGUAGES},
}
INDEX: dict[str, Any] = {
    "settings": {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "gc_deletes": "1h",
        "analysis": _ANALYSIS,
    },
    "mappings": {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "properties": {
            "kind": {"type": "keyword"},
            "key": {"type": "keyword"},
            "at": {"type": "date"},
            **{name: {"type": "keyword"} for name in FACTS},
            "text": {"properties": _TEXT},
            "others": {"type": "nested", "properties": _TEXT},
        },
    },
}


def document(told: Document) -> dict[str, Any]:
    first, *others = told.texts
    return {
        "kind": told.kind,
        "key": str(told.key),
        "at": told.at.isoformat(),
        **told.facts,
        "text": _text(first, told.language),
        "others": [_text(each, told.language) for each in others],
    }


def query(wanted: Wanted) -> dict[str, Any]:
    """One more than is wanted, so that it is known whether there are more."""
    matching = _forgiving if wanted.forgiving else _strict
    anywhere = {
        "bool": {
            "should": [
                matching("text", wanted),
                {"nested": {"path": "others", "query": matching("others", wanted)}},
            ],
            "minimum_should_match": 1,
        }
    }
    order = [{"key": "desc"}]
    return {
        "query": {
            "bool": {
                "filter": [*_narrowed(wanted), *([] if wanted.forgiving else [anywhere])],
                "must": [anywhere] if wanted.forgiving else [],
            }
        },
        "sort": [{"_score": "desc"}, *order] if wanted.forgiving else order,
        "size": wanted.most + 1,
        "track_total_hits": False,
        "stored_fields": "_none_",
        "timeout": "900ms",
    }


def _text(text: str, language: str) -> dict[str, str]:
    return {"words": text} | ({language: text} if language in LANGUAGES else {})


def _strict(path: str, wanted: Wanted) -> dict[str, Any]:
    """A word that is typed is the beginning of a word."""
    beginnings = [{"prefix": {f"{path}.words": {"value": word}}} for word in wanted.words]
    return {"bool": {"filter": beginnings}}


def _forgiving(path: str, wanted: Wanted) -> dict[str, Any]:
    """The same ending or none counts more than a slip of the finger."""
    asked = {"query": " ".join(wanted.words), "operator": "and"}
    slips = {**asked, "fuzziness": "AUTO", "prefix_length": 1, "max_expansions": 50}
    stems = [{"match": {f"{path}.{code}": {**asked, "boost": 2}}} for code in LANGUAGES]
    return {"dis_max": {"queries": [{"match": {f"{path}.words": slips}}, *stems]}}


def _narrowed(wanted: Wanted) -> list[dict[str, Any]]:
    filters: list[dict[str, Any]] = [{"term": {"kind": wanted.kind}}]
    filters += [_one_of(name, values) for name, values in wanted.only.items()]
    if wanted.either:
        either = [_one_of(name, values) for name, values in wanted.either.items()]
        filters.append({"bool": {"should": either, "minimum_should_match": 1}})
    if days := _days(wanted.since, wanted.until):
        filters.append({"range": {"at": days}})
    return filters


def _one_of(name: str, values: Any) -> dict[str, Any]:
    return {"terms": {name: sorted(values)}}


def _days(since: datetime | None, until: datetime | None) -> dict[str, str]:
    found = {"gte": since.isoformat()} if since else {}
    return found | ({"lt": until.isoformat()} if until else {})
