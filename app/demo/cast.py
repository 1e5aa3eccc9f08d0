"""The four customers that the README names: with their lines, their passwords and their stories."""

from dataclasses import dataclass

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
)  # fmt: skip
