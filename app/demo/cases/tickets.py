"""Tickets that colleagues opened by hand, after calls and visits: without a conversation."""

from dataclasses import dataclass
from datetime import timedelta

from app.core import clock
from app.core.actor import SYSTEM
from app.demo.actors import colleague, named
from app.tickets import service as tickets
from app.tickets.models import FieldKind, Priority, Status, TicketType, TmfState, Topic
from app.tickets.service import configuring


@dataclass(frozen=True, slots=True)
class Case:
    """`hours` ago; taken by whoever opened it, or left in the queue."""

    hours: float
    by: str
    email: str
    topic: Topic
    priority: Priority
    subject: str
    summary: str
    taken: bool = False


CASES = (
    Case(
        0.4, "ana", "valeria@example.com", Topic.SALES, Priority.NORMAL,
        "Quiere pasar de prepago a un plan",
        "Llamó a la tienda. Gasta unos $400 al mes y quiere saber qué plan le conviene.",
    ),
    Case(
        3, "chitra", "priya@example.com", Topic.TECHNICAL, Priority.HIGH,
        "No 4G indoors since Monday",
        "Second line only. Restarted the phone; other line in the same flat is fine.", taken=True,
    ),
    Case(
        20, "bruno", "rafael@example.com", Topic.BILLING, Priority.NORMAL,
        "Cartão recusado no pagamento automático",
        "Vai trocar o cartão e pediu para não ser bloqueado enquanto isso.", taken=True,
    ),
    Case(
        52, "diego", "compras@bajio.example.com", Topic.ACCOUNT, Priority.URGENT,
        "Cambio de representante legal y de la dirección de facturación de todas las líneas",
        "Enviaron el acta por correo. Falta la identificación del nuevo representante.",
    ),
    Case(
        98, "marta", "lucia@example.com", Topic.OTHER, Priority.LOW,
        "Felicita a la técnica que instaló su fibra",
        "Pide que se lo digamos a su jefa.",
    ),
)  # fmt: skip


# A branch, and what is below it.
CATEGORIES = {
    "Red": ("Móvil", "Fibra"),
    "Facturación": ("Cargos", "Pagos"),
    "Cuenta": ("Datos del titular", "Contrato"),
}


def decide_how() -> None:
    """What an operator of Mexico and its neighbours may have decided of its tickets."""
    for name, below in CATEGORIES.items():
        top = configuring.add_category(name, by=SYSTEM)
        for each in below:
            configuring.add_category(each, by=SYSTEM, parent_id=top.id)
    configuring.add_status(
        TicketType.FAULT,
        "Espera al técnico",
        by=SYSTEM,
        status=Status.OPEN,
        tmf_state=TmfState.HELD,
    )
    configuring.add_field(
        TicketType.FAULT,
        "Equipo",
        by=SYSTEM,
        kind=FieldKind.CHOICE,
        choices=["Teléfono", "Módem", "Decodificador"],
    )


def open_some() -> None:
    now = clock.now()
    for case in CASES:
        somebody = colleague(case.by)
        with clock.moved_to(now - timedelta(hours=case.hours)):
            customer = named(case.email)
            ticket = tickets.open(
                by=somebody,
                subject=case.subject,
                topic=case.topic,
                priority=case.priority,
                customer_id=customer.id,
                language=customer.language,
                summary=case.summary,
            )
            if case.taken:
                tickets.accept(ticket.id, by=somebody)
