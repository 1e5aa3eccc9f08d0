"""What customers are told of numbers that go to another operator, or come from one."""

from app.core import db
from app.core.actor import SYSTEM
from app.customers.notices import notify
from app.network.events import PortCodeIssued, PortInEnded
from app.network.models import PortIn, PortOut
from app.subscriptions import msisdn


def port_code_issued(event: PortCodeIssued) -> None:
    """That there is a code, never the code: whoever reads a notice could take the number away."""
    port = db.session.get_one(PortOut, event.port_out_id)
    notify(
        event.customer_id,
        "port_code_issued",
        by=SYSTEM,
        effect_key=f"port_out:{port.id}:code",
        line=msisdn.for_people(port.number),
        day=event.valid_until,
    )


def port_in_ended(event: PortInEnded) -> None:
    port = db.session.get_one(PortIn, event.port_in_id)
    notify(
        event.customer_id,
        f"port_in_{event.status}",
        by=SYSTEM,
        effect_key=f"port_in:{port.id}:{event.status}",
        line=msisdn.for_people(port.number),
    )
