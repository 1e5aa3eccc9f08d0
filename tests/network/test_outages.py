from datetime import timedelta
from uuid import UUID

import pytest

from app.core import clock
from app.core.errors import Forbidden, Invalid, NotFound
from app.network import queries, service
from app.network.events import OutageEnded, OutageReported
from tests.factories.actors import agent, staff
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard


@pytest.fixture(autouse=True)
def mexico(database):
    return MarketFactory()


def report(**more):
    given = {
        "by": staff("network_operations"),
        "market_code": "MX",
        "area": "Puebla",
        "service": "mobile",
        "cause": "Fibre cut on the ring road",
    }
    return service.report_outage(**{**given, **more})


def test_an_outage_concerns_the_lines_of_its_city_and_service_until_it_ends():
    line = line_with_plan()

    with heard(OutageReported, OutageEnded) as said:
        outage = report(area="PUEBLA")
        report(area="Toluca")
        report(service="fibre")
        assert queries.outages_of(line) == [outage]
        assert len(queries.outages_for("MX")) == 3
        service.end_outage(outage.id, by=staff("network_operations"))
        service.end_outage(outage.id, by=staff("network_operations"))

    assert queries.outages_of(line) == []
    assert [type(each) for each in said] == [OutageReported] * 3 + [OutageEnded]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"by": agent()}, Forbidden),
        ({"market_code": "XX"}, NotFound),
        ({"by": staff("network_operations", markets=["BR"])}, NotFound),
        ({"area": ""}, Invalid),
        ({"expected_end_at": clock.now() - timedelta(hours=1)}, Invalid),
    ],
)
def test_outages_that_are_not_reported(wrong, refusal):
    with pytest.raises(refusal):
        report(**wrong)


def test_an_unknown_outage_cannot_end():
    with pytest.raises(NotFound):
        service.end_outage(UUID(int=7), by=staff("network_operations"))
