"""Finding customers."""

import re
import unicodedata
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, or_, select

from app.core import db
from app.core.actor import Actor, Kind
from app.customers.models import FOLDED_NAME, Account, Address, Customer
from app.customers.residency import within_reach

_FEWEST_DIGITS = 4


def search(actor: Actor, text: str, limit: int = 20) -> list[Customer]:
    """By words of the name, reference, the end or start of the telephone number, or e-mail.

    Only what the actor's markets hold; nothing for text without a letter or digit.
    """
    actor.must("customers.read")
    conditions = _matches(text[:200])
    if not conditions:
        return []
    query = select(Customer).where(or_(*conditions))
    if actor.kind is Kind.CUSTOMER:
        query = query.where(Customer.id == actor.id)
    query = query.where(within_reach(actor))
    return list(db.session.scalars(query.order_by(Customer.name, Customer.id).limit(limit)))


def by_reference(reference: str) -> Customer | None:
    return db.session.scalar(select(Customer).where(Customer.reference == reference))


def by_email(email: str) -> Customer | None:
    return db.session.scalar(
        select(Customer).where(func.lower(Customer.email) == email.strip().lower())
    )


def by_verified_address(channel: str, value: str) -> Customer | None:
    """Whose address this is known to be."""
    query = select(Customer).join(Address, Address.customer_id == Customer.id)
    return db.session.scalar(
        query.where(
            Address.channel == channel,
            Address.value == value,
            Address.verified_at.is_not(None),
            Customer.deceased_at.is_(None),
        )
    )


def addresses_of(customer_id: UUID) -> list[Address]:
    query = select(Address).where(Address.customer_id == customer_id)
    return list(db.session.scalars(query.order_by(Address.channel, Address.value)))


def by_contact(value: str, market_code: str, limit: int = 3) -> list[Customer]:
    """Whose telephone number or e-mail address this is written down as. That proves nothing."""
    query = select(Customer).where(
        Customer.market_code == market_code,
        or_(Customer.phone == value, func.lower(Customer.email) == value.lower()),
    )
    return list(db.session.scalars(query.order_by(Customer.reference).limit(limit)))


def accounts_of(customer_id: UUID) -> list[Account]:
    query = select(Account).where(Account.customer_id == customer_id)
    return list(db.session.scalars(query.order_by(Account.created_at, Account.id)))


def account_by_reference(reference: str) -> Account | None:
    if not reference.isprintable():
        return None
    return db.session.scalar(select(Account).where(Account.reference == reference))


def accounts_of_all(customer_ids: Sequence[UUID]) -> list[Account]:
    query = select(Account).where(Account.customer_id.in_(customer_ids))
    return list(db.session.scalars(query.order_by(Account.reference)))


def above(customer_id: UUID) -> list[UUID]:
    """The departments and the company above somebody, the nearest first."""
    found: list[UUID] = []
    here = db.session.get(Customer, customer_id)
    while here is not None and here.parent_id is not None and here.parent_id not in found:
        found.append(here.parent_id)
        here = db.session.get(Customer, here.parent_id)
    return found


def below(company_id: UUID) -> list[Customer]:
    """The company or department itself and everything under it, in one statement."""
    tree = select(Customer.id).where(Customer.id == company_id).cte("tree", recursive=True)
    tree = tree.union(select(Customer.id).where(Customer.parent_id == tree.c.id))
    query = select(Customer).where(Customer.id.in_(select(tree.c.id)))
    return list(db.session.scalars(query.order_by(Customer.kind, Customer.name, Customer.id)))


def manages(customer_id: UUID, company_id: UUID) -> bool:
    """Whether she is a manager of that company or department, or of one above it."""
    manager = db.session.get(Customer, customer_id)
    if manager is None or not manager.is_manager or manager.parent_id is None:
        return False
    return manager.parent_id in {company_id, *above(company_id)}


def managers_of(company_id: UUID, *, beside: UUID) -> list[Customer]:
    """Who decides on a request there, beside the one who asks: the nearest level that has any."""
    for level in (company_id, *above(company_id)):
        query = select(Customer).where(
            Customer.parent_id == level, Customer.is_manager, Customer.id != beside
        )
        if found := list(db.session.scalars(query.order_by(Customer.name, Customer.id))):
            return found
    return []


def _matches(text: str) -> list[ColumnElement[bool]]:
    """Each condition has its own index, so the database may combine them."""
    conditions: list[ColumnElement[bool]] = []
    folded = _folded(text)
    if words := re.findall(r"[^\W_]+", folded):
        prefixes = func.to_tsquery("simple", " & ".join(f"{word}:*" for word in words))
        conditions.append(literal_column(FOLDED_NAME).op("@@")(prefixes))
    if email := re.search(r"[\w.+-]+@[\w.-]*", folded):
        lowered = func.lower(Customer.email)
        conditions.append(lowered.startswith(email.group(), autoescape=True))
    digits = "".join(re.findall(r"[0-9]", folded))
    if re.fullmatch(r"\s*c?[-\s]*[0-9]{1,12}\s*", folded):
        conditions.append(Customer.reference == f"C-{int(digits):06d}")
    if len(digits) >= _FEWEST_DIGITS:
        conditions.append(Customer.phone.startswith(f"+{digits}"))
        conditions.append(func.reverse(Customer.phone).startswith(digits[::-1]))
    return conditions


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(each for each in decomposed if not unicodedata.combining(each)).lower()
