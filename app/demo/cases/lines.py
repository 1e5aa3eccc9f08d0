"""Lines about which something is under way: leaving, changing, lost, on somebody's costs."""

from contextlib import suppress
from datetime import timedelta

from app.billing.errors import MayNotLeave
from app.billing.service import period_end, porting_out
from app.catalog import queries as catalog
from app.catalog.models import Mode, Service
from app.core import clock
from app.customers.models import Customer
from app.demo.actors import colleague, herself, named
from app.demo.households import COMPANY
from app.subscriptions import queries
from app.subscriptions import service as lines
from app.subscriptions.models import Line

COST_CENTRES = ("Reparto Norte 4100", "Reparto Sur 4200", "Talleres 4300", "Dirección 4900")
LOST = "+524771230007"


def arrange() -> None:
    _share_costs()
    _lose_a_sim()
    _change_later()
    with clock.moved_to(clock.now() - timedelta(hours=3)):
        _leave()


def _share_costs() -> None:
    company = named(COMPANY)
    for serial, line in enumerate(queries.lines_of(company.id)):
        centre = COST_CENTRES[serial % len(COST_CENTRES)]
        lines.set_cost_centre(line.id, centre, by=colleague("marta"))


def _lose_a_sim() -> None:
    [line] = [each for each in queries.lines_of(named(COMPANY).id) if each.number == LOST]
    with clock.moved_to(clock.now() - timedelta(hours=5)):
        lines.report_missing(line.id, "lost", by=colleague("marta"))


def _change_later() -> None:
    """Lucía's fibre is faster from her next month on."""
    lucia = named("lucia@example.com")
    [line] = [each for each in queries.lines_of(lucia.id) if each.service is Service.FIBRE]
    wanted = catalog.current_version(line.market_code, "fibra-600", Mode.POSTPAID)
    with clock.moved_to(clock.now() - timedelta(days=1)):
        period_end.schedule_plan_change(
            line.id, wanted.id, by=herself(lucia), effect_key="demo:faster"
        )


def _leave() -> None:
    """With a young operator nobody has been here long enough."""
    meera = named("meera@example.com")
    with suppress(MayNotLeave):
        porting_out.ask_port_code(_line_of(meera).id, by=herself(meera))


def _line_of(customer: Customer) -> Line:
    return queries.lines_of(customer.id)[0]
