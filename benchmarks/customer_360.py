"""customer_360: the server's time for a customer's whole page: of two lines, of forty, of an
account of 2,000, and of a line with five years behind it.

Reference: the same rows read by plain psycopg and put into JSON.
"""

from collections.abc import Iterator
from uuid import UUID

from app.customers import queries
from benchmarks import histories
from benchmarks.figure import Figure
from benchmarks.page import cookie_of, measured
from benchmarks.stage import Stage
from tests.factories.identity import StaffFactory

DAYS = 95
CUSTOMERS = {"two_lines": "priya@example.com", "forty_lines": "compras@bajio.example.com"}


def measure(stage: Stage) -> Iterator[Figure]:
    stage.run("web")
    cookie = cookie_of(StaffFactory(roles=["manager"], markets=[]))
    for name, customer_id in _customers():
        path = f"/desk/customers/{customer_id}"
        page = measured(stage, path, cookie)
        history = measured(stage, f"{path}/history", cookie)
        yield Figure(
            f"customer_360_{name}",
            page.server_ms,
            "ms",
            page.rows_ms,
            {**page.told(), "history": {"ms": round(history.server_ms, 2), **history.told()}},
        )


def _customers() -> Iterator[tuple[str, UUID]]:
    for name, email in CUSTOMERS.items():
        customer = queries.by_email(email)
        assert customer is not None, email
        yield name, customer.id
    yield "two_thousand_lines", histories.many_lines()
    yield "five_years", histories.long_history()
