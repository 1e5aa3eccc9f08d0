"""What the catalogue refuses."""

from app.core.errors import Conflict, NotFound
from app.core.i18n import lazy


class OfferNotAvailable(NotFound):
    code = "offer_not_available"
    message = lazy("This offer is not available.")


class OfferDiffers(Conflict):
    """A new version may change price and allowances, not what kind of thing the offer is."""

    code = "offer_differs"
    message = lazy("An offer with this code already exists for another kind of service.")
