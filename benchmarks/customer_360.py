"""customer_360: the server's time for a customer's whole page, of two lines and of forty.

Reference: the same rows read by plain psycopg and put into JSON.
"""

from collections.abc import Iterator

from app.customers import queries
from benchmarks.figure import Figure
from benchmarks.page import cookie_of, measured
from benchmarks.stage import Stage
from tests.factories.identity import StaffFactory

DAYS = 95
CUSTOMERS = {"two_lines": "priya@example.com", "forty_lines": "compras@bajio.example.com"}


def measure(stage: Stage) -> Iterator[Figure]:
    stage.run("web")
    cookie = cookie_of(StaffFactory(roles=["manager"], markets=[]))
    for name, email in CUSTOMERS.items():
        customer = queries.by_email(email)
        assert customer is not None, email
        path = f"/desk/customers/{customer.id}"
        page = measured(stage, path, cookie)
        history = measured(stage, f"{path}/history", cookie)
        yield Figure(
            f"customer_360_{name}",
            page.server_ms,
            "ms",
            page.rows_ms,
            {**page.told(), "history": {"ms": round(history.server_ms, 2), **history.told()}},
        )
