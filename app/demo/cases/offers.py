"""Add-ons and a promotion in use."""

from datetime import timedelta

from app.catalog import queries as catalog
from app.catalog.models import Mode
from app.core import clock
from app.customers import queries as customers
from app.demo.actors import herself, named
from app.demo.extras import WELCOME
from app.subscriptions import queries
from app.subscriptions import service as lines

PROMOTED = 38  # days before the past ends: the last bill shows it
_ADD_ONS = (
    ("lucia@example.com", "extra-10gb", Mode.POSTPAID, 2),
    ("valeria@example.com", "extra-2gb", Mode.PREPAID, 1),
    ("priya@example.com", "extra-2gb", Mode.POSTPAID, 3),
)


def redeem() -> None:
    lucia = named("lucia@example.com")
    account = customers.accounts_of(lucia.id)[0]
    code = WELCOME[account.market_code]
    lines.redeem(account.id, code, by=herself(lucia), effect_key="demo:promotion")


def use_add_ons() -> None:
    for email, code, mode, days_ago in _ADD_ONS:
        customer = named(email)
        line = queries.lines_of(customer.id)[0]
        wanted = catalog.current_version(line.market_code, code, mode)
        with clock.moved_to(clock.now() - timedelta(days=days_ago)):
            lines.add_add_on(
                line.id, wanted.id, by=herself(customer), effect_key=f"demo:{code}:{line.id}"
            )
