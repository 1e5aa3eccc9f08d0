"""What benchmarks write by plain SQL fits the tables as they are today."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.billing.models import Charge
from app.core import clock, db
from app.customers.models import Account
from app.subscriptions.models import Line
from app.usage.models import Bucket
from benchmarks import bill_run, histories, rating_bulk
from tests.factories.markets import MarketFactory

pytestmark = pytest.mark.usefixtures("database")


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_an_account_of_many_lines(monkeypatch):
    monkeypatch.setattr(histories, "LINES", 3)

    assert histories.many_lines() is not None

    assert (count(Line), count(Bucket)) == (3, 3)


def test_a_line_with_years_behind_it(monkeypatch):
    monkeypatch.setattr(histories, "YEARS", 1)

    assert histories.long_history() is not None

    assert count(Charge) == 12 - 2


def test_people_to_bill():
    bill_run.people("QA", 20)

    assert count(Account) == 20


def test_lines_to_rate_and_their_past(monkeypatch):
    MarketFactory(code="MX")
    monkeypatch.setattr(rating_bulk, "LINES", 7)

    lines = rating_bulk.lines_with_plans()
    rating_bulk.history(clock.now() - timedelta(days=1), 10)

    assert len(lines) == count(Line) == 7
