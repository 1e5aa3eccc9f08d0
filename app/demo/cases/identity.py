"""Papers of those whom the README names, and activations that have not come to their end."""

from datetime import timedelta

from sqlalchemy import select
from stdnum import verhoeff
from stdnum.mx import curp

from app.catalog.models import Mode
from app.core import clock, db
from app.core.actor import SYSTEM
from app.customers import kyc
from app.customers import queries as customers
from app.customers.models import Customer
from app.customers.papers import PaperKind
from app.demo.actors import colleague, named
from app.demo.outside import Outside
from app.network import service as network
from app.network.models import OrderStatus, ProvisioningOrder
from app.subscriptions import service as lines
from app.subscriptions.models import Activation
from app.subscriptions.service.activations import Paper

_CURPS = {
    "valeria@example.com": "SODV920314MDFTML0",
    "lucia@example.com": "FEML880722MJCRNC0",
    "hugo@example.com": "ZUBH790105HPLXRG0",
    "carmen@example.com": "OERC830911MDFRZR0",
    "marta@bajio.example.com": "IALM860403MGTBNR0",
}
_CPFS = {"joao@example.com": "39053344705", "rafael@example.com": "16899535009"}
_AADHAARS = {"priya@example.com": "41523067890", "meera@example.com": "58120734465"}
# The service is asked again after ten minutes at most: so long one sees it waiting.
_TIMES_IN_VAIN = 8


def know_everybody() -> None:
    for email, number in _CURPS.items():
        _know(named(email), PaperKind.CURP, number + curp.calc_check_digit(number))
    for email, number in _CPFS.items():
        _know(named(email), PaperKind.CPF, number)
    for email, number in _AADHAARS.items():
        _know(named(email), PaperKind.AADHAAR, number + verhoeff.calc_check_digit(number))


def leave_activations(world: Outside) -> None:
    """One waits for the registry, which was silent; one failed at the network and was escalated."""
    with clock.moved_to(clock.now() - timedelta(hours=2)):
        _escalated(world, named("carmen@example.com"))
    _waiting(world, named("eva@bajio.example.com"))


def _know(customer: Customer, kind: PaperKind, number: str) -> None:
    with clock.moved_to(customer.created_at + timedelta(minutes=5)):
        check = kyc.show_paper(customer.id, by=SYSTEM, paper=kind, number=number)
        kyc.ask(check.id)


def _waiting(world: Outside, customer: Customer) -> None:
    number = "LUPE910618MGTNRV0"
    paper = Paper(PaperKind.CURP, number + curp.calc_check_digit(number))
    _order(customer, "starter-5gb", "esim", paper)
    check = kyc.checks_of(customer.id)[0]
    world.registry.behave("fail")
    moment = clock.now()
    for _ in range(_TIMES_IN_VAIN):
        with clock.moved_to(moment):
            kyc.ask(check.id)
        moment += timedelta(minutes=11)
    world.registry.behave("verified")


def _escalated(world: Outside, customer: Customer) -> None:
    order = _order(customer, "plus-20gb", "sim", None)
    query = select(ProvisioningOrder.id).where(
        ProvisioningOrder.line_id == order.line_id,
        ProvisioningOrder.status == OrderStatus.PENDING,
    )
    order_id = db.session.scalars(query).one()
    world.lines.behave("orders", "fail")
    for minute in range(3):
        with clock.moved_to(clock.now() + timedelta(minutes=minute)):
            network.carry_out(order_id)
    world.lines.behave("orders", "normal")


def _order(customer: Customer, offer: str, form: str, paper: Paper | None) -> Activation:
    return lines.activate(
        customers.accounts_of(customer.id)[0].id,
        by=colleague("marta"),
        offer_code=offer,
        mode=Mode.POSTPAID,
        effect_key=f"demo:activation:{customer.id}",
        sim_form=form,
        paper=paper,
    )
