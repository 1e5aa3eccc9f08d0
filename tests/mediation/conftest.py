import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.catalog.models import UsageKind
from app.core import db
from app.core.ids import new_id
from app.mediation import storage
from app.mediation.models import Anomaly
from app.usage.models import UsageRecord
from tests.factories.catalog import GIB, OfferVersionFactory
from tests.factories.subscriptions import line_with_plan

MAY_1 = datetime(2026, 5, 1, tzinfo=UTC)
MAY_10 = datetime(2026, 5, 10, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kept(tmp_path):
    storage.keep_in(tmp_path / "kept")
    return tmp_path


@pytest.fixture
def line(database):
    plan = OfferVersionFactory(includes={UsageKind.VOICE: 100, UsageKind.DATA: GIB})
    return line_with_plan(plan, activated_at=MAY_1)


def row(line, amount=60, at="20260510120000", kind="V", record_id=None, peer="+525587654321"):
    number = line if isinstance(line, str) else line.number
    return f"R;{record_id or new_id().hex};{number};{kind};{at};{amount};{peer}"


def csv_file(*rows, count=None, total=None, end="\r\n"):
    amounts = [each.split(";")[5] for each in rows if each.count(";") == 6]
    summed = sum(float(each) for each in amounts if each.lstrip("-").replace(".", "").isdigit())
    trailer = f"T;{len(rows) if count is None else count};{summed if total is None else total:g}"
    return (end.join(["H;switch;20260510", *rows, trailer]) + end).encode()


def message(line, quantity=60, at=MAY_10, **more):
    number = line if isinstance(line, str) else line.number
    said = {"msisdn": number, "kind": "voice", "start": at.isoformat(), "quantity": quantity}
    return json.dumps({**said, "id": new_id().hex, **more})


def later(minutes):
    return MAY_10 + timedelta(minutes=minutes)


def records():
    query = select(UsageRecord.quantity).order_by(UsageRecord.started_at, UsageRecord.quantity)
    return list(db.session.scalars(query))


def reasons():
    query = select(Anomaly.reason, func.sum(Anomaly.copies)).group_by(Anomaly.reason)
    return {reason: int(copies) for reason, copies in db.session.execute(query)}
