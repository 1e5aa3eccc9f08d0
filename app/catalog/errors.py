"""What the catalogue refuses."""

from app.core.errors import Conflict, NotFound, Refusal
from app.core.i18n import lazy


class OfferNotAvailable(NotFound):
    code = "offer_not_available"
    message = lazy("This offer is not available.")


class OfferDiffers(Conflict):
    """A new version may change price and allowances, not what kind of thing the offer is."""

    code = "offer_differs"
    message = lazy("An offer with this code already exists for another kind of service.")


class NotEligible(Refusal):
    """The reasons are in the message, so that whoever asked can tell them on."""

    code = "not_eligible"

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons), reasons=reasons)


class DiscountDiffers(Conflict):
    code = "discount_differs"
    message = lazy("A discount with this code already exists and is of another kind.")


class DiscountUnknown(NotFound):
    code = "discount_unknown"
    message = lazy("This code is not valid.")


class PromotionUsedUp(Conflict):
    code = "promotion_used_up"
    message = lazy("This promotion has been used up.")
