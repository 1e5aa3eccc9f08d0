"""The shelves, and what stands on them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.core import db
from app.core.actor import Actor
from kb.models import Article, ArticleCategory, Translation
from kb.shown import Shown, as_shown, shown_to


@dataclass(frozen=True, slots=True)
class Shelf:
    """A shelf that has articles, on itself or on the shelves upon it."""

    category: str
    name: str
    parent: str | None
    articles: int


def shelves(actor: Actor, language: str) -> list[Shelf]:
    """Those that hold something in this language, in their order, each after its parent."""
    counted = (
        shown_to(actor)
        .where(Translation.language == language)
        .with_only_columns(Article.category, func.count().label("size"))
        .group_by(Article.category)
    )
    own: dict[str, int] = {row.category: row.size for row in db.session.execute(counted)}
    tree = categories()
    sizes = {each.code: sum(own.get(code, 0) for code in under(tree, each.code)) for each in tree}
    return [
        Shelf(each.code, each.name_in(language), each.parent_code, sizes[each.code])
        for each in tree
        if sizes[each.code]
    ]


def categories() -> list[ArticleCategory]:
    """The whole tree, each shelf after the one it stands on."""
    every = db.session.scalars(
        select(ArticleCategory).order_by(ArticleCategory.position, ArticleCategory.code)
    ).all()
    by_parent: dict[str | None, list[ArticleCategory]] = {}
    for each in every:
        by_parent.setdefault(each.parent_code, []).append(each)
    ordered: list[ArticleCategory] = []

    def add(parent: str | None) -> None:
        for each in by_parent.get(parent, []):
            ordered.append(each)
            add(each.code)

    add(None)
    return ordered


def under(tree: Sequence[ArticleCategory], code: str) -> set[str]:
    """The shelf and all that stand on it, at any height."""
    found = {code}
    for each in tree:  # parents come before their children
        if each.parent_code in found:
            found.add(each.code)
    return found


def path_to(code: str) -> list[ArticleCategory]:
    """From the wall to the shelf."""
    by_code = {each.code: each for each in categories()}
    path: list[ArticleCategory] = []
    here = by_code.get(code)
    while here is not None:
        path.insert(0, here)
        here = by_code.get(here.parent_code or "")
    return path


def articles_in(actor: Actor, category: str, language: str) -> list[Shown]:
    """What stands on a shelf and on the shelves upon it, by title."""
    codes = under(categories(), category)
    query = shown_to(actor).where(Translation.language == language, Article.category.in_(codes))
    found = as_shown(db.session.execute(query))
    return sorted(found, key=lambda each: each.title.casefold())
