"""What can be asked of the network."""

from app.network.service.lines import diagnose
from app.network.service.orders import carry_out, order
from app.network.service.outages import end_outage, report_outage

__all__ = ["carry_out", "diagnose", "end_outage", "order", "report_outage"]
