"""Her lines as a proposal names them."""

from pydantic import BaseModel, ConfigDict

from app.catalog.models import Service
from app.selfservice.asker import Asker
from app.subscriptions.errors import LineNotActive
from app.subscriptions.models import Line, LineStatus


class WantedLine(BaseModel):
    """Of what is asked for a line; some kinds ask for more."""

    model_config = ConfigDict(extra="forbid")

    line_id: str


class WantedOffer(WantedLine):
    offer_code: str


def active(asker: Asker, line_id: str) -> Line:
    """Raises NotFound, LineNotActive."""
    line = asker.line(line_id)
    if line.status is not LineStatus.ACTIVE:
        raise LineNotActive
    return line


def active_mobile(asker: Asker, line_id: str) -> Line:
    """One with a SIM. Raises NotFound, LineNotActive."""
    line = active(asker, line_id)
    if line.service is not Service.MOBILE:
        raise LineNotActive
    return line
