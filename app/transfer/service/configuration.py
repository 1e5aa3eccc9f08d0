"""The whole configuration as one YAML: out, compared, in.

What an import would do is found by doing it and taking it back: the commands of each domain say
what they refuse, and nothing of it stays. What is here and not in the file is left alone.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import DataError, IntegrityError

from app.audit import service as audit
from app.automation.errors import Wrong
from app.automation.readable import Document, NotReadable, model_problems, read, write
from app.core import db, portable
from app.core.actor import Actor
from app.core.errors import Forbidden, Refusal
from app.core.i18n import gettext as _
from app.core.portable import Item, Section

VERSION = 1
_VERSION = "dialtone"


@dataclass(frozen=True, slots=True)
class Difference:
    """`before` and `after` are the lines of the item as YAML; no `before` is a new one."""

    section: Section
    key: str
    before: str
    after: str


@dataclass(slots=True)
class Comparison:
    """What an import would change, how much is so already, what is only here, what is wrong."""

    differences: list[Difference] = field(default_factory=list)
    same: int = 0
    only_here: int = 0
    problems: list[str] = field(default_factory=list)


class _TakeBack(Exception):
    pass


def export(*, by: Actor) -> str:
    """Everything the actor may write, always in the same order. Raises Forbidden unless she sees
    every market."""
    _must_be_everywhere(by)
    data: dict[str, Any] = {_VERSION: VERSION}
    names = []
    for section in portable.sections():
        if by.may(section.permission):
            data[section.name] = _plain(section.export())
            names.append(section.name)
    with db.transaction():
        audit.record(by, "configuration.exported", "configuration", "all", parts=names)
    return write(data)


def compare(text: str, *, by: Actor) -> Comparison:
    """What an import of this would do; nothing is done."""
    _must_be_everywhere(by)
    found = Comparison()
    with db.transaction(), suppress(_TakeBack), db.savepoint():
        _apply(text, by, found)
        raise _TakeBack
    return found


def bring_in(text: str, *, by: Actor) -> Comparison:
    """All of it, or (Wrong, with every problem and its line) nothing."""
    _must_be_everywhere(by)
    with db.transaction():
        done = Comparison()
        _apply(text, by, done)
        if done.problems:
            raise Wrong(done.problems)
        if done.differences:
            counts: dict[str, int] = {}
            for each in done.differences:
                counts[each.section.name] = counts.get(each.section.name, 0) + 1
            audit.record(by, "configuration.imported", "configuration", digest(text), parts=counts)
    return done


def digest(text: str) -> str:
    """What a confirmation is good for: this file and no other."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _apply(text: str, by: Actor, found: Comparison) -> None:
    try:
        document = read(text)
        wanted = _wanted(document, by)
    except NotReadable as refusal:
        found.problems += refusal.problems
        return
    for section, items in wanted:
        _apply_section(section, items, document, found, by)


def _apply_section(
    section: Section, items: Mapping[str, Item], document: Document, found: Comparison, by: Actor
) -> None:
    known = section.export()
    found.only_here += len(known.keys() - items.keys())
    for key, item in items.items():
        before = known.get(key)
        if before is not None and before.plain() == item.plain():
            found.same += 1
            continue
        try:
            with db.savepoint():
                section.put(key, item, by=by)
                db.session.flush()
        except Refusal as refusal:
            where = f"{section.words}, {key}: {refusal.message}"
            found.problems.append(document.told((section.name, key), where))
            continue
        except ValidationError as error:  # what a section makes of an item is not right
            found.problems += model_problems(document, error, (section.name, key))
            continue
        except (DataError, IntegrityError):
            where = f"{section.words}, {key}: {_('This row cannot be kept.')}"
            found.problems.append(document.told((section.name, key), where))
            continue
        found.differences.append(Difference(section, key, _yaml(before), _yaml(item)))
    if any(each.section is section for each in found.differences):
        section.settle(items, by=by)


def _wanted(document: Document, by: Actor) -> list[tuple[Section, dict[str, Item]]]:
    """Raises NotReadable with every problem and its line."""
    data = document.data
    if not isinstance(data, dict) or data.get(_VERSION) != VERSION:
        raise NotReadable([document.told((), _("this is no configuration of this version."))])
    known = {each.name: each for each in portable.sections()}
    problems = [
        document.told((name,), _("nothing is called %(name)s here.", name=name))
        for name in data
        if name != _VERSION and name not in known
    ]
    wanted = []
    for section in known.values():
        if section.name in data:
            if not by.may(section.permission):
                raise Forbidden(permission=section.permission)
            items = _items(section, data[section.name], document, problems)
            wanted.append((section, items))
    if problems:
        raise NotReadable(problems)
    return wanted


def _items(section: Section, sent: Any, document: Document, problems: list[str]) -> dict[str, Item]:
    if sent is None:
        return {}
    if not isinstance(sent, dict):
        problems.append(document.told((section.name,), _("names and what they are belong here.")))
        return {}
    items: dict[str, Item] = {}
    for key, value in sent.items():
        try:
            items[key] = section.kind.model_validate({} if value is None else value)
        except ValidationError as error:
            problems += model_problems(document, error, (section.name, key))
    return items


def _plain(items: Mapping[str, Item]) -> dict[str, Any]:
    return {key: items[key].plain() for key in sorted(items)}


def _yaml(item: Item | None) -> str:
    return "" if item is None else write(item.plain())


def _must_be_everywhere(by: Actor) -> None:
    by.must("configuration.transfer")
    if by.markets:
        raise Forbidden
