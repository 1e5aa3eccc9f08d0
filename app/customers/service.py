"""What can be done to a customer: registering, reaching and paying."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.core import clock, db, events, references
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.customers import access, contact, queries
from app.customers.errors import AddressTaken, EmailTaken
from app.customers.events import ContactChanged, CustomerRegistered
from app.customers.models import Account, Address, Customer, CustomerKind
from app.identity import passwords
from app.markets.queries import market


def register(
    *,
    by: Actor,
    market_code: str,
    kind: CustomerKind | str,
    name: str,
    email: str,
    phone: str,
    language: str,
    city: str,
    segment: str = "consumer",
    password: str | None = None,
    billing_day: int | None = None,
) -> Customer:
    """A new customer with her first account.

    `billing_day` (1–31) is the anchor of the account's months, by default the present day of the
    market. Raises EmailTaken, Invalid or WeakPassword.
    """
    with db.transaction():
        by.must("customers.update")
        home = market(market_code)
        if not by.sees_market(market_code):
            raise NotFound(market=market_code)
        customer = Customer(
            kind=CustomerKind(kind),
            market_code=home.code,
            region=home.region,
            name=contact.plain_text(name, field="name"),
            email=contact.email_address(email),
            phone=contact.phone_number(phone, home.code),
            language=contact.language_code(language),
            city=contact.plain_text(city, field="city"),
            segment=contact.plain_text(segment, field="segment", longest=40),
            password_hash=passwords.hashed(password) if password else None,
            created_at=clock.now(),
        )
        _refuse_taken(customer.email, None)
        customer.reference = references.reference("C", references.next_number("customer"))
        db.session.add(customer)
        _write_email()
        audit.record(by, "customer.registered", "customer", customer.id, market=home.code)
        day = clock.today(home.timezone).day if billing_day is None else billing_day
        open_account(customer.id, by=by, billing_day=day)
        events.announce(CustomerRegistered(customer.id, home.code, customer.created_at))
    return customer


def open_account(customer_id: UUID, *, by: Actor, billing_day: int) -> Account:
    """Another account of the customer, in her market's currency. Raises Invalid off 1–31."""
    with db.transaction():
        customer = access.customer_for(by, customer_id, "customers.update")
        if not 1 <= billing_day <= 31:
            raise Invalid(field="billing_day")
        account = Account(
            reference=references.reference("A", references.next_number("account")),
            customer=customer,
            market_code=customer.market_code,
            currency=customer.market.currency,
            billing_day=billing_day,
            created_at=clock.now(),
        )
        db.session.add(account)
        db.session.flush()  # its id is needed for the trail
        audit.record(by, "account.opened", "account", account.id, customer=customer.reference)
    return account


def change_contact(
    customer_id: UUID,
    *,
    by: Actor,
    email: str | None = None,
    phone: str | None = None,
    city: str | None = None,
    name: str | None = None,
    language: str | None = None,
) -> Customer:
    """Change what is given, leave what is None. The customer herself may; so may staff who hold
    `customers.update`. Raises EmailTaken or Invalid."""
    with db.transaction():
        customer = _own_or_managed(customer_id, by)
        given = {"email": email, "phone": phone, "city": city, "name": name, "language": language}
        read: dict[str, Callable[[str], str]] = {
            "email": contact.email_address,
            "phone": lambda text: contact.phone_number(text, customer.market_code),
            "city": lambda text: contact.plain_text(text, field="city"),
            "name": lambda text: contact.plain_text(text, field="name"),
            "language": contact.language_code,
        }
        wanted = {field: read[field](text) for field, text in given.items() if text is not None}
        before = {field: getattr(customer, field) for field in wanted}
        changed = {field: new for field, new in wanted.items() if new != before[field]}
        if not changed:
            return customer
        if "email" in changed:
            _refuse_taken(changed["email"], customer.id)
        for field, new in changed.items():
            setattr(customer, field, new)
        _write_email()
        audit.record(
            by,
            "customer.contact_changed",
            "customer",
            customer.id,
            **{field: (before[field], new) for field, new in changed.items()},
        )
        events.announce(ContactChanged(customer.id, tuple(changed), clock.now()))
    return customer


def add_address(
    customer_id: UUID, channel: str, value: str, *, by: Actor, verified: bool = False
) -> Address:
    """Where the customer writes from in one channel. Adding it again changes nothing, except
    that it may become verified. Raises AddressTaken when it is another customer's."""
    with db.transaction():
        customer = access.customer_for(by, customer_id, "customers.update")
        channel = contact.plain_text(channel, field="channel", longest=40)
        value = contact.plain_text(value, field="value", longest=320)
        new = insert(Address).values(customer_id=customer.id, channel=channel, value=value)
        db.session.execute(new.on_conflict_do_nothing())
        query = select(Address).where(Address.channel == channel, Address.value == value)
        address = db.session.scalars(query.with_for_update()).one()
        if address.customer_id != customer.id:
            raise AddressTaken
        if verified and address.verified_at is None:
            address.verified_at = clock.now()
        audit.record(by, "customer.address_added", "customer", customer.id, channel=channel)
    return address


def move_address(channel: str, old: str, new: str, *, by: Actor) -> Address | None:
    """The same person writes from another address now, as the channel's provider says. None when
    the old one is nobody's, or the new one somebody's already."""
    with db.transaction():
        by.must("customers.update")
        query = select(Address).where(Address.channel == channel, Address.value == old)
        address = db.session.scalar(query.with_for_update())
        taken = db.session.scalar(
            select(Address.id).where(Address.channel == channel, Address.value == new)
        )
        if address is None or taken is not None:
            return None
        address.value = contact.plain_text(new, field="value", longest=320)
        audit.record(
            by,
            "customer.address_moved",
            "customer",
            address.customer_id,
            channel=channel,
            value=(old, new),
        )
    return address


def drop_address(customer_id: UUID, channel: str, value: str, *, by: Actor) -> None:
    """It is not hers after all. Dropping what is not there is fine."""
    with db.transaction():
        customer = access.customer_for(by, customer_id, "customers.update")
        gone = delete(Address).where(
            Address.customer_id == customer.id, Address.channel == channel, Address.value == value
        )
        if db.session.execute(gone.returning(Address.id)).first() is not None:
            audit.record(by, "customer.address_dropped", "customer", customer.id, channel=channel)


def _own_or_managed(customer_id: UUID, by: Actor) -> Customer:
    needed = "customers.read" if by.is_customer else "customers.update"
    return access.customer_for(by, customer_id, needed, lock=True)


def _refuse_taken(email: str, customer_id: UUID | None) -> None:
    holder = queries.by_email(email)
    if holder is not None and holder.id != customer_id:
        raise EmailTaken


def _write_email() -> None:
    """Two people may register one address at the same instant: the index lets one through."""
    try:
        db.session.flush()  # here, so that the refusal is this command's
    except IntegrityError as error:
        if "uq_customer_email" in str(error.orig):
            raise EmailTaken from error
        raise
