"""Who belongs together in the demo: a family on one plan, and a company with a department.

Everybody's password is the cast's way of making one: the first name and `aurora 2026`.
"""

from uuid import UUID

from app.catalog import queries as catalog
from app.catalog.models import Mode, Service
from app.core.actor import SYSTEM, Actor, Kind
from app.customers import hierarchy
from app.customers import queries as found
from app.customers import service as customers
from app.customers.models import Customer, CustomerKind
from app.demo.cast import CAST
from app.identity.permissions import CUSTOMER
from app.subscriptions import service as lines

GB = 1024**3
COMPANY = "compras@bajio.example.com"
# Who may sign in: e-mail, password, who it is.
TOLD = (
    ("carmen@example.com", "carmen aurora 2026", "Carmen Ortega Ruiz: a family on one plan"),
    ("marta@bajio.example.com", "marta aurora 2026", "Marta Ibarra León: decides for a department"),
    ("eva@bajio.example.com", "eva aurora 2026", "Eva Luna Prado: has asked Marta for more"),
)


def arrange() -> None:
    """Under the clock as it stands, once everybody else is there."""
    for member in CAST:
        customer = found.by_email(member.email)
        if customer is not None:
            customers.add_address(customer.id, "email", member.email, by=SYSTEM, verified=True)
    _family()
    company = found.by_email(COMPANY)
    if company is not None:
        _department(company)


def _family() -> None:
    """Three lines on the plan of the first; the youngest has a cap."""
    mother = _person("Carmen Ortega Ruiz", "carmen@example.com", "+525512350001", "carmen")
    account = found.accounts_of(mother.id)[0]
    owner = _line(account.id, "+525512350001", "family-share")
    for number, cap in (("+525512350002", None), ("+525512350003", 5 * GB)):
        member = _line(account.id, number, "starter-5gb")
        lines.share_with(owner, member, by=SYSTEM, cap=cap)


def _department(company: Customer) -> None:
    """Marta decides what Eva may have; Eva has asked for more."""
    sales = _register("Bajío Ventas", "ventas@bajio.example.com", "+524771230100", "")
    hierarchy.place_under(sales.id, company.id, by=SYSTEM)
    marta = _person("Marta Ibarra León", "marta@bajio.example.com", "+524771230101", "marta")
    eva = _person("Eva Luna Prado", "eva@bajio.example.com", "+524771230102", "eva")
    hierarchy.place_under(marta.id, sales.id, by=SYSTEM, is_manager=True)
    hierarchy.place_under(eva.id, sales.id, by=SYSTEM)
    account = found.accounts_of(company.id)[0]
    line = _line(
        account.id, "+524771230102", "plus-20gb", user_id=eva.id, cost_centre="Ventas 4711"
    )
    wanted = catalog.current_version("MX", "max-unlimited", Mode.POSTPAID)
    herself = Actor(Kind.CUSTOMER, eva.id, eva.name, CUSTOMER)
    lines.ask_approval(line, wanted.id, by=herself, effect_key=f"demo:{line}")


def _person(name: str, email: str, phone: str, first: str) -> Customer:
    return _register(name, email, phone, f"{first} aurora 2026", kind=CustomerKind.PERSON)


def _register(
    name: str,
    email: str,
    phone: str,
    password: str,
    kind: CustomerKind = CustomerKind.COMPANY,
) -> Customer:
    customer = customers.register(
        by=SYSTEM,
        market_code="MX",
        kind=kind,
        name=name,
        email=email,
        phone=phone,
        language="es",
        city="León",
        segment="consumer" if kind is CustomerKind.PERSON else "enterprise",
        password=password or None,
        billing_day=1,
    )
    customers.add_address(customer.id, "email", email, by=SYSTEM, verified=True)
    return customer


def _line(
    account_id: UUID,
    number: str,
    offer: str,
    *,
    user_id: UUID | None = None,
    cost_centre: str | None = None,
) -> UUID:
    line = lines.open_line(
        account_id,
        by=SYSTEM,
        service=Service.MOBILE,
        mode=Mode.POSTPAID,
        number=number,
        offer_code=offer,
        user_id=user_id,
        cost_centre=cost_centre,
    )
    return line.id
