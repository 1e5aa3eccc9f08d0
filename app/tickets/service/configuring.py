"""What the operator decides of its tickets. Needs `tickets.configure`; what holds in every market
needs somebody of every market."""

from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select

from app.audit import service as audit
from app.conversations.cleaning import cleaned
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.turns import take_turn
from app.markets import queries as markets
from app.tickets import setup
from app.tickets.errors import (
    CategoryTaken,
    CircularParent,
    StateTaken,
    StatusDoesNotFit,
    TooManyHere,
)
from app.tickets.models import (
    Category,
    CustomStatus,
    Field,
    FieldKind,
    Level,
    MatrixCell,
    Priority,
    ReopenPolicy,
    Required,
    Status,
    TicketType,
    TmfState,
)
from app.tickets.priorities import priority_of
from app.tickets.states import WITHIN

REOPEN_DAYS = range(366)
_LONGEST_NAME = 80
_MOST_FIELDS = 50
_MOST_CHOICES = 100
Model = TypeVar("Model", Category, CustomStatus, Field)
_WITH_CHOICES = {FieldKind.CHOICE, FieldKind.CHOICES}


def add_category(
    name: str, *, by: Actor, market_code: str | None = None, parent_id: UUID | None = None
) -> Category:
    """Of one market, or (None) of all. A child is where its parent is."""
    by.must("tickets.configure")
    with db.transaction():
        take_turn("ticket categories")
        parent = _category(by, parent_id) if parent_id else None
        home = parent.market_code if parent else market_code
        _must_be_at_home(by, home)
        category = Category(market_code=home, parent_id=parent_id, name=_name(name))
        _must_be_free(category)
        db.session.add(category)
        db.session.flush()  # its id is needed for the trail
        thing = ("ticket_category", category.id)
        audit.record(by, "ticket_category.added", *thing, name=category.name)
    return category


def change_category(
    category_id: UUID, *, by: Actor, name: str, parent_id: UUID | None, in_use: bool = True
) -> Category:
    """Its name, its place, and whether new tickets may have it. Raises CircularParent."""
    by.must("tickets.configure")
    with db.transaction():
        take_turn("ticket categories")
        category = _category(by, category_id)
        if parent_id is not None:
            parent = _category(by, parent_id)
            if parent.id in set(db.session.scalars(setup.with_those_below(category.id))):
                raise CircularParent
            if parent.market_code != category.market_code:
                raise NotFound
        archived_at = None if in_use else category.archived_at or clock.now()
        new_name = _name(name)
        audit.record(
            by,
            "ticket_category.changed",
            "ticket_category",
            category.id,
            name=(category.name, new_name),
            parent=(category.parent_id, parent_id),
            archived_at=(category.archived_at, archived_at),
        )
        category.name, category.parent_id, category.archived_at = new_name, parent_id, archived_at
        _must_be_free(category)
    return category


def add_status(
    type_: TicketType, name: str, *, by: Actor, status: Status, tmf_state: TmfState
) -> CustomStatus:
    """The type's own name for where a ticket stands. Raises StatusDoesNotFit, StateTaken."""
    _must_be_everywhere(by)
    if status not in WITHIN[tmf_state]:
        raise StatusDoesNotFit(field="tmf_state")
    with db.transaction():
        take_turn("ticket statuses")
        if any(each.tmf_state is tmf_state for each in setup.statuses(type_)):
            raise StateTaken
        made = CustomStatus(type=type_, name=_name(name), status=status, tmf_state=tmf_state)
        db.session.add(made)
        db.session.flush()  # its id is needed for the trail
        audit.record(
            by,
            "ticket_status.added",
            "ticket_status",
            made.id,
            name=made.name,
            type=type_,
            status=status,
            tmf_state=tmf_state,
        )
    return made


def change_status(status_id: UUID, *, by: Actor, name: str, in_use: bool = True) -> CustomStatus:
    """Renamed, or taken out of use; tickets that have it keep it until they move on."""
    _must_be_everywhere(by)
    with db.transaction():
        take_turn("ticket statuses")
        found = _row(CustomStatus, status_id)
        archived_at = None if in_use else found.archived_at or clock.now()
        if archived_at is None and found.archived_at is not None:
            others = setup.statuses(found.type)
            if any(each.tmf_state is found.tmf_state for each in others):
                raise StateTaken
        new_name = _name(name)
        audit.record(
            by,
            "ticket_status.changed",
            "ticket_status",
            found.id,
            name=(found.name, new_name),
            archived_at=(found.archived_at, archived_at),
        )
        found.name, found.archived_at = new_name, archived_at
    return found


def add_field(
    type_: TicketType,
    name: str,
    *,
    by: Actor,
    kind: FieldKind,
    choices: Sequence[str] = (),
    required: Required = Required.NEVER,
) -> Field:
    """At the end of the type's form."""
    _must_be_everywhere(by)
    with db.transaction():
        take_turn("ticket fields")
        count = select(func.count()).where(Field.type == type_, Field.archived_at.is_(None))
        if db.session.scalars(count).one() >= _MOST_FIELDS:
            raise TooManyHere
        last = db.session.scalar(select(func.max(Field.position)).where(Field.type == type_))
        made = Field(
            type=type_,
            name=_name(name),
            kind=kind,
            choices=_choices(kind, choices),
            required=required,
            position=0 if last is None else last + 1,
        )
        db.session.add(made)
        db.session.flush()  # its id is needed for the trail
        audit.record(
            by, "ticket_field.added", "ticket_field", made.id, name=made.name, type=type_, kind=kind
        )
    return made


def change_field(
    field_id: UUID,
    *,
    by: Actor,
    name: str,
    choices: Sequence[str],
    required: Required,
    position: int,
    in_use: bool = True,
) -> Field:
    """Its kind stays: answers were given to it. What was answered stays, too."""
    _must_be_everywhere(by)
    if not 0 <= position <= 10_000:
        raise Invalid(field="position")
    with db.transaction():
        found = _row(Field, field_id)
        new = {
            "name": _name(name),
            "choices": _choices(found.kind, choices),
            "required": required,
            "position": position,
            "archived_at": None if in_use else found.archived_at or clock.now(),
        }
        changes = {key: (getattr(found, key), value) for key, value in new.items()}
        audit.record(by, "ticket_field.changed", "ticket_field", found.id, **changes)
        for key, value in new.items():
            setattr(found, key, value)
    return found


def set_matrix(cells: Mapping[tuple[Level, Level], Priority], *, by: Actor) -> None:
    """What (impact, urgency) give from now on; tickets keep the priority that they have."""
    _must_be_everywhere(by)
    with db.transaction():
        take_turn("ticket matrix")
        known = setup.matrix()
        changes = {
            cell: (priority_of(*cell, known), wanted)
            for cell, wanted in cells.items()
            if priority_of(*cell, known) is not wanted
        }
        for (impact, urgency), (_before, wanted) in changes.items():
            db.session.merge(MatrixCell(impact=impact, urgency=urgency, priority=wanted))
        told = {f"{impact}_{urgency}": each for (impact, urgency), each in changes.items()}
        if told:
            audit.record(by, "ticket_matrix.changed", "operator", "tickets", **told)


def set_reopening(market_code: str, days: int, *, by: Actor) -> None:
    """For so many days after it was solved a ticket comes back itself, later as a new one."""
    by.must("tickets.configure")
    if not by.sees_market(market_code):
        raise NotFound
    if days not in REOPEN_DAYS:
        raise Invalid(field="days")
    with db.transaction():
        take_turn("reopening")
        market = markets.market(market_code)
        before = setup.reopen_days(market.code)
        db.session.merge(ReopenPolicy(market_code=market.code, days=days))
        audit.record(by, "reopening.changed", "market", market.code, days=(before, days))


def _must_be_everywhere(by: Actor) -> None:
    by.must("tickets.configure")
    if by.markets and any(not by.sees_market(each.code) for each in markets.all_markets()):
        raise Forbidden


def _must_be_at_home(by: Actor, market_code: str | None) -> None:
    if market_code is None:
        _must_be_everywhere(by)
    elif not by.sees_market(markets.market(market_code).code):
        raise NotFound


def _category(by: Actor, category_id: UUID) -> Category:
    found = _row(Category, category_id)
    _must_be_at_home(by, found.market_code)
    return found


def _must_be_free(category: Category) -> None:
    """No other one of its name beside it."""
    query = select(Category.id).where(
        Category.name == category.name,
        Category.parent_id.is_not_distinct_from(category.parent_id),
        Category.market_code.is_not_distinct_from(category.market_code),
        Category.archived_at.is_(None),
        Category.id.is_distinct_from(category.id),
    )
    with db.session.no_autoflush:
        if category.archived_at is None and db.session.scalar(query) is not None:
            raise CategoryTaken


def _row(model: type[Model], row_id: UUID) -> Model:
    found = db.session.get(model, row_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def _name(text: str) -> str:
    name = cleaned(text)
    if len(name) > _LONGEST_NAME or "\n" in name:
        raise Invalid(field="name")
    return name


def _choices(kind: FieldKind, given: Sequence[str]) -> list[str]:
    if kind not in _WITH_CHOICES:
        return []
    choices = list(dict.fromkeys(_name(each) for each in given if each.strip()))
    if not 1 <= len(choices) <= _MOST_CHOICES:
        raise Invalid(field="choices")
    return choices
