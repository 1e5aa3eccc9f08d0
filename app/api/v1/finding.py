"""Whom a machine means: a line by id or number, a customer by id or reference, an account."""

import re
from uuid import UUID

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound, Refusal
from app.core.i18n import lazy
from app.core.ids import id_in
from app.customers import access as customers
from app.customers import queries as customer_queries
from app.customers.models import Account, Customer
from app.subscriptions import access
from app.subscriptions.models import Line
from app.subscriptions.queries import lines_of

_REFERENCE = re.compile(r"C-[0-9]{1,12}", re.ASCII)
_NUMBER = re.compile(r"\+?[0-9]{6,15}", re.ASCII)
MOST_LINES = 500


class TooManyLines(Refusal):
    """A company with more is asked for line by line. Details: `most`."""

    code = "too_many_lines"
    message = lazy("This customer has too many lines to be meant at once. Name the lines.")


def line(text: str, permission: str, *, by: Actor) -> Line:
    """By id or, in use, by number (E.164). Raises NotFound, also for other markets'."""
    if (line_id := id_in(text)) is not None:
        return access.line_for(by, line_id, permission)
    if not _NUMBER.fullmatch(text):
        raise NotFound
    number = text if text.startswith("+") else f"+{text}"
    query = select(Line.id).where(Line.number == number, Line.closed_at.is_(None))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return access.line_for(by, found, permission)


def lines(text: str, permission: str, *, by: Actor, also_closed: bool = False) -> list[Line]:
    """The line meant, or every line of the customer meant; never none, and never only some.

    Raises NotFound, TooManyLines.
    """
    customer = _customer(text, permission, by)
    if customer is None:
        return [line(text, permission, by=by)]
    every = lines_of(customer.id, limit=MOST_LINES + 1)
    found = [each for each in every if also_closed or each.closed_at is None]
    if not found:
        raise NotFound
    if len(found) > MOST_LINES:
        raise TooManyLines(most=MOST_LINES)
    return found


def customer(text: str, permission: str, *, by: Actor) -> Customer:
    """By id or reference."""
    found = _customer(text, permission, by)
    if found is None:
        raise NotFound
    return found


def account_of(
    customer_text: str | None, account_id: UUID | None, permission: str, *, by: Actor
) -> Account:
    """The account by its id, else the customer's first one."""
    if account_id is not None:
        found = customers.account_for(by, account_id, permission)
        if customer_text is not None:
            meant = customer(customer_text, permission, by=by)
            if meant.id != found.customer_id:
                raise NotFound
        return found
    owner = customer(customer_text or "", permission, by=by)
    found_accounts = customer_queries.accounts_of(owner.id)
    if not found_accounts:
        raise NotFound
    return found_accounts[0]


def _customer(text: str, permission: str, by: Actor) -> Customer | None:
    if _REFERENCE.fullmatch(text):
        found = customer_queries.by_reference(text)
        return customers.customer_for(by, found.id, permission) if found else None
    customer_id = id_in(text)
    if customer_id is None or db.session.get(Customer, customer_id) is None:
        return None
    return customers.customer_for(by, customer_id, permission)
