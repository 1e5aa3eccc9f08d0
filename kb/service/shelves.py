"""Putting up, naming, moving and taking down shelves; and writing what words mean the same."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.i18n import LANGUAGES
from kb.checking import is_slug
from kb.errors import ArticleInvalid, ShelfInvalid, ShelfNotEmpty
from kb.models import Article, ArticleCategory, Synonyms
from kb.queries.shelves import categories, under

_LONGEST_NAME = 80
_MOST_GROUPS = 500
_MOST_WORDS = 40


def put_up(
    code: str, *, by: Actor, names: Mapping[str, str], parent: str | None = None, position: int = 0
) -> ArticleCategory:
    """A new shelf, or the same one under other names or in another place.

    Raises ShelfInvalid with the field.
    """
    by.must("kb.write")
    told = {language: names.get(language, "").strip() for language in LANGUAGES}
    _check(code, told)
    with db.transaction():
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("kb.shelves"))))
        tree = categories()
        if parent is not None and parent not in {each.code for each in tree} - under(tree, code):
            raise ShelfInvalid(field="parent")
        shelf = db.session.get(ArticleCategory, code)
        if shelf is None:
            shelf = ArticleCategory(code=code)
            db.session.add(shelf)
        shelf.names = {language: name for language, name in told.items() if name}
        shelf.parent_code = parent
        shelf.position = position or len(tree) + 1
        audit.record(by, "shelf.put_up", "shelf", code, names=shelf.names, parent=parent)
    return shelf


def take_down(code: str, *, by: Actor) -> None:
    """Only an empty one. Raises ShelfNotEmpty, ShelfInvalid."""
    by.must("kb.write")
    with db.transaction():
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("kb.shelves"))))
        shelf = db.session.get(ArticleCategory, code)
        if shelf is None:
            raise ShelfInvalid(field="code")
        holds = select(Article.id).where(Article.category == code).limit(1)
        if len(under(categories(), code)) > 1 or db.session.scalar(holds) is not None:
            raise ShelfNotEmpty
        db.session.delete(shelf)
        audit.record(by, "shelf.taken_down", "shelf", code)


def write_synonyms(language: str, groups: Sequence[Sequence[str]], *, by: Actor) -> None:
    """Say what people of a language call the same, all of it. Raises ArticleInvalid."""
    by.must("kb.write")
    words = [each for group in groups for each in group]
    if language not in LANGUAGES:
        raise ArticleInvalid(field="language")
    if len(groups) > _MOST_GROUPS or any(len(group) > _MOST_WORDS for group in groups):
        raise ArticleInvalid(field="groups")
    if any(len(each) > _LONGEST_NAME or "\0" in each for each in words):
        raise ArticleInvalid(field="groups")
    with db.transaction():
        known = db.session.get(Synonyms, language, with_for_update=True)
        if known is None:
            known = Synonyms(language=language)
            db.session.add(known)
        known.groups = [list(group) for group in groups]
        known.updated_at = clock.now()
        audit.record(by, "synonyms.written", "synonyms", language, groups=len(groups))


def _check(code: str, names: Mapping[str, str]) -> None:
    if not is_slug(code):
        raise ShelfInvalid(field="code")
    if not any(names.values()) or any(
        len(each) > _LONGEST_NAME or "\0" in each for each in names.values()
    ):
        raise ShelfInvalid(field="names")
