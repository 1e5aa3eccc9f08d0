"""Layouts of sources, and anomalies."""

import factory

from app.core import clock
from app.core.ids import new_id
from app.mediation.models import Anomaly, Decision, FileStatus, Layout, ReceivedFile
from app.mediation.samples import SWITCH as CSV
from tests.factories.base import Factory
from tests.factories.markets import MarketFactory

JSON = {
    "format": "json_lines",
    "fields": {
        "number": {"from": "msisdn"},
        "kind": {"from": "kind"},
        "started_at": {"from": "start"},
        "quantity": {"from": "quantity"},
        "record_id": {"from": "id"},
        "session_id": {"from": "session"},
        "sequence": {"from": "seq"},
        "part": {"from": "part"},
        "currency": {"from": "currency"},
    },
}


class LayoutFactory(Factory):
    class Meta:
        model = Layout

    class Params:
        json = factory.Trait(source="gateway", definition=factory.LazyFunction(lambda: dict(JSON)))

    source = "switch"
    name = "Switch of the capital"
    market_code = factory.LazyFunction(lambda: MarketFactory().code)
    definition = factory.LazyFunction(lambda: dict(CSV))
    version = 1
    changed_at = factory.LazyFunction(clock.now)


class AnomalyFactory(Factory):
    class Meta:
        model = Anomaly

    digest = factory.LazyFunction(lambda: new_id().hex)
    reason = "unknown_line"
    source = "gateway"
    market_code = factory.LazyFunction(lambda: MarketFactory().code)
    raw = '{"msisdn": "+525500000000"}'
    record = factory.LazyFunction(
        lambda: {
            "number": "+525500000000",
            "kind": "voice",
            "started_at": "2026-05-10T18:00:00+00:00",
            "quantity": "60",
            "record_id": "cdr-1",
            "part": "complete",
        }
    )
    row = 1
    copies = 1
    first_seen_at = factory.LazyFunction(clock.now)
    last_seen_at = factory.LazyFunction(clock.now)
    decision = Decision.OPEN


class ReceivedFileFactory(Factory):
    class Meta:
        model = ReceivedFile

    source = "switch"
    market_code = factory.LazyFunction(lambda: MarketFactory().code)
    name = "switch-1.csv"
    digest = factory.LazyFunction(lambda: new_id().hex)
    size = 100
    definition = factory.LazyFunction(lambda: dict(CSV))
    layout_version = 1
    status = FileStatus.DONE
    reason_details = factory.LazyFunction(dict)
    control = factory.LazyFunction(list)
    received_at = factory.LazyFunction(clock.now)
    touched_at = factory.LazyFunction(clock.now)
