"""The customers that the README names: with their lines, their passwords and their stories."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.catalog.models import Mode, Service
from app.customers.models import CustomerKind


@dataclass(frozen=True, slots=True)
class CastLine:
    service: Service
    mode: Mode
    number: str
    offer: str


@dataclass(frozen=True, slots=True)
class CastMember:
    story: str
    market: str
    kind: CustomerKind
    name: str
    email: str
    phone: str
    language: str
    city: str
    password: str
    billing_day: int
    lines: tuple[CastLine, ...]
    billed: int | None = None  # so many days before the past ends, in place of the billing day

    def billing_day_for(self, end: datetime) -> int:
        if self.billed is None:
            return self.billing_day
        return min((end - timedelta(days=self.billed)).day, 28)


CAST = (
    CastMember(
        "consumer, prepaid", "MX", CustomerKind.PERSON, "Valeria Soto Domínguez",
        "valeria@example.com", "+525512340001", "es", "Ciudad de México",
        "valeria aurora 2026", 12,
        (CastLine(Service.MOBILE, Mode.PREPAID, "+525512340001", "plus-20gb"),),
    ),
    CastMember(
        "consumer, postpaid", "BR", CustomerKind.PERSON, "João Pedro Albuquerque",
        "joao@example.com", "+5511912340002", "pt", "São Paulo",
        "joao aurora 2026", 5,
        (CastLine(Service.MOBILE, Mode.POSTPAID, "+5511912340002", "plus-20gb"),),
    ),
    CastMember(
        "consumer with two lines", "IN", CustomerKind.PERSON, "Priya Venkataraghavan",
        "priya@example.com", "+919812340003", "en", "Bengaluru",
        "priya aurora 2026", 20,
        (
            CastLine(Service.MOBILE, Mode.POSTPAID, "+919812340003", "max-unlimited"),
            CastLine(Service.MOBILE, Mode.POSTPAID, "+919812340004", "starter-5gb"),
        ),
    ),
    CastMember(
        "enterprise with 40 lines", "MX", CustomerKind.COMPANY,
        "Transportes y Logística Integral del Bajío, S.A. de C.V.",
        "compras@bajio.example.com", "+524771230000", "es", "León",
        "bajio aurora 2026", 1,
        tuple(
            CastLine(
                Service.MOBILE, Mode.POSTPAID, f"+52477123{serial:04d}",
                ("starter-5gb", "plus-20gb", "max-unlimited")[serial % 3],
            )
            for serial in range(1, 41)
        ),
    ),
    CastMember(
        "fibre, TV and mobile in one bundle, paid by AutoPay", "MX", CustomerKind.PERSON,
        "Lucía Ferrer Montes", "lucia@example.com", "+525512340005", "es", "Guadalajara",
        "lucia aurora 2026", 1,
        (
            CastLine(Service.MOBILE, Mode.POSTPAID, "+525512340005", "plus-20gb"),
            CastLine(Service.FIBRE, Mode.POSTPAID, "FTTH-LUCIA", "fibra-300"),
            CastLine(Service.TV, Mode.POSTPAID, "TV-LUCIA", "tv-mix"),
        ),
        billed=15,
    ),
    CastMember(
        "AutoPay declined, reminded", "BR", CustomerKind.PERSON, "Rafael Monteiro Dias",
        "rafael@example.com", "+5511912340006", "pt", "Recife",
        "rafael aurora 2026", 1,
        (CastLine(Service.MOBILE, Mode.POSTPAID, "+5511912340006", "max-unlimited"),),
        billed=21,
    ),
    CastMember(
        "owes two bills, one of them on a payment plan", "MX", CustomerKind.PERSON,
        "Hugo Zúñiga Bravo", "hugo@example.com", "+525512340007", "es", "Puebla",
        "hugo aurora 2026", 1,
        (CastLine(Service.MOBILE, Mode.POSTPAID, "+525512340007", "plus-20gb"),),
        billed=17,
    ),
    CastMember(
        "about to take her number elsewhere", "IN", CustomerKind.PERSON, "Meera Krishnaswamy",
        "meera@example.com", "+919812340008", "en", "Chennai",
        "meera aurora 2026", 8,
        (CastLine(Service.MOBILE, Mode.POSTPAID, "+919812340008", "plus-20gb"),),
    ),
)  # fmt: skip
