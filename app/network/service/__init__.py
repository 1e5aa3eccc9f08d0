"""What can be asked of the network."""

from app.network.service.lines import diagnose
from app.network.service.orders import carry_out, order
from app.network.service.outages import end_outage, report_outage
from app.network.service.porting_in import cancel_port_in, follow_port_ins, request_port_in

__all__ = [
    "cancel_port_in",
    "carry_out",
    "diagnose",
    "end_outage",
    "follow_port_ins",
    "order",
    "report_outage",
    "request_port_in",
]
