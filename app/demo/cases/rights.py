"""What waits for the demo's data protection officer: who wants to be forgotten, to see what there
is of her, and whose data a court wants kept."""

from datetime import timedelta

from app.core import clock
from app.core.actor import SYSTEM
from app.customers import service as customers
from app.customers.models import CustomerKind
from app.demo.actors import colleague, herself, named
from app.oversight import service as oversight
from app.privacy.models import Purpose
from app.privacy.service import consents, erasing, exporting, holds


def arrange() -> None:
    _forget_who_never_bought()
    now = clock.now()
    with clock.moved_to(now - timedelta(hours=30)):
        priya = named("priya@example.com")
        exporting.ask(priya.id, by=herself(priya))
        lucia = named("lucia@example.com")
        consents.say(lucia.id, Purpose.MARKETING, agreed=True, by=herself(lucia))
    with clock.moved_to(now - timedelta(days=12)):
        rafael, officer = named("rafael@example.com"), colleague("dpo")
        holds.place(rafael.id, "Ofício 1182/2026 do Procon: guardar até a decisão.", by=officer)
    with clock.moved_to(now - timedelta(days=20)):
        carmen, officer = named("carmen@example.com"), colleague("dpo")
        oversight.watch(carmen.id, "Conduce el noticiero de la noche.", by=officer)


def _forget_who_never_bought() -> None:
    """She asked for an offer in spring; nothing of hers needs to be kept."""
    with clock.moved_to(clock.now() - timedelta(days=100)):
        teresa = customers.register(
            by=SYSTEM,
            market_code="MX",
            kind=CustomerKind.PERSON,
            name="Teresa Quintero Vela",
            email="teresa@example.com",
            phone="+525512340099",
            language="es",
            city="Puebla",
            segment="consumer",
        )
    with clock.moved_to(clock.now() - timedelta(hours=7)):
        why = "Pedí información en una tienda y no contraté nada."
        erasing.ask(teresa.id, why, by=herself(teresa))
