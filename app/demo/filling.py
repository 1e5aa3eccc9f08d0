"""Fills an empty database with the demo operator and its past, once."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from argon2 import PasswordHasher
from rich.progress import Progress
from sqlalchemy import event, select

from app import wiring
from app.assist import service as assist
from app.conversations.models import Inbox
from app.core import clock, db, events, outbox, secrets
from app.core.actor import SYSTEM
from app.customers import queries as customers
from app.demo import cases, channel_inboxes, households, operator, outside
from app.demo.actors import herself
from app.demo.cast import CAST
from app.demo.history import History
from app.demo.outside import Outside
from app.demo.population import joiners
from app.demo.stack import Stack
from app.markets.models import Market
from app.selfservice.service import pins
from config import Config
from migrations import upgrade

SEED = 20261121


def fill(stack: Stack, *, customers: int, days: int, progress: Progress) -> None:
    """Migrate, and unless it has been done, found the operator and live its past days."""
    step = progress.add_task("The database's schema", total=None, note="")
    url = stack.begin_database()
    application = stack.application_url(url)
    upgrade(url, application)
    progress.update(step, total=1, completed=1)
    with connected(stack, application):
        if db.session.scalar(select(Market.code).limit(1)) is None:
            with outside.running(stack) as world:
                _live(stack, world, customers, days, progress)
        write_accounts(stack)
    stack.finish_database()


@contextmanager
def connected(stack: Stack, url: str, *, errands: bool = False) -> Iterator[None]:
    """The application in this process, on that database; errands wait for the worker, or not."""
    engine = db.connect(url, pool_size=2)
    # The filling is done again when it is cut off, so it need not wait for the disk.
    event.listen(engine, "connect", lambda raw, _: raw.execute("SET synchronous_commit = off"))
    secrets.set_key(stack.secrets["SECRET_KEY"])
    config = Config(
        gateway_url=stack.world_url,
        network_url=stack.world_url,
        identity_url=stack.world_url,
        channels_sandbox_url=stack.world_url,
        public_url=stack.url,
        gateway_api_key=stack.secrets["GATEWAY_API_KEY"],
        gateway_webhook_secret=stack.secrets["GATEWAY_WEBHOOK_SECRET"],
        usage_dir=stack.state / "usage",
    )
    wiring.wire(config, wake=partial(_react, errands=errands), screens={})
    try:
        yield
    finally:
        db.session.remove()
        db.factory.configure(bind=None)
        engine.dispose()


def _react(entry_ids: list[int], *, errands: bool) -> None:
    """Reactions happen in the moment they belong to."""
    for entry_id in entry_ids:
        entry = db.session.get(outbox.OutboxEntry, entry_id)
        if entry is None:
            continue
        if not events.is_errand(entry.listener):
            outbox.run_in_transaction(entry_id, events.deliver)
        elif errands:
            outbox.run_errand(entry_id, events.deliver)


def _live(stack: Stack, world: Outside, customers: int, days: int, progress: Progress) -> None:
    start = clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    end, start = start, start - timedelta(days=days)
    step = progress.add_task(f"{days} days of {customers} customers", total=days, note="")
    with clock.moved_to(start):
        inboxes = operator.found(stack.secrets["SECRET_KEY"], [stack.world_url, stack.url])
        channel_inboxes.open_all()
    history = History(
        start=start,
        days=days,
        waiting=joiners(customers - len(CAST), start=start, end=end, seed=SEED),
        dice=random.Random(SEED),
        inboxes={code: inbox.id for code, inbox in inboxes.items()},
        world=world,
    )
    history.live(lambda day: progress.update(step, completed=day, note=_day(start, day)))
    households.arrange()
    if days >= cases.SHORTEST:
        cases.arrange(world, stack.state, seed=SEED)
        assist.train(by=SYSTEM)
    _choose_pins()


def _choose_pins() -> None:
    """By which the cast proves on the telephone that it is they."""
    for member in CAST:
        customer = customers.by_email(member.email)
        if customer is not None:
            pins.choose(customer.id, operator.CARE_PIN, by=herself(customer))


def _day(start: datetime, day: int) -> str:
    return f"{start + timedelta(days=day):%Y-%m-%d}"


def write_accounts(stack: Stack) -> None:
    """What the operator's own site knows: its customers' passwords and its inboxes' keys."""
    hasher = PasswordHasher()
    found = {member.email: customers.by_email(member.email) for member in CAST}
    content = {
        "inboxes": {
            inbox.market_code: {"key": inbox.key, "secret": inbox.secret}
            for inbox in db.session.scalars(select(Inbox).where(Inbox.channel == "webchat"))
        },
        "dialogues": operator.dialogues(),
        "channels": channel_inboxes.told(),
        "customers": [
            {
                "reference": customer.reference,
                "name": member.name,
                "email": member.email,
                "password_hash": hasher.hash(member.password),
                "market": member.market,
                "language": member.language,
                "phone": member.phone,
            }
            for member in CAST
            if (customer := found[member.email]) is not None
        ],
        "staff": [
            {
                "name": each.name,
                "email": each.email,
                "role": ", ".join(each.roles),
                "totp_secret": operator.totp_secret(each.email, stack.secrets["SECRET_KEY"]),
            }
            for each in operator.COLLEAGUES
        ],
    }
    path = stack.state / "accounts.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2))
