"""Her bills as a proposal names them: by number."""

from app.billing import queries
from app.billing.models import Invoice
from app.core.errors import NotFound
from app.selfservice.asker import Asker


def hers(asker: Asker, number: str) -> Invoice:
    """Raises NotFound for a bill that is not there, or another's."""
    found = queries.invoice_numbered(asker.customer.id, number)
    if found is None:
        raise NotFound
    return found
