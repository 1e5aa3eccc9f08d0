"""What can be done to the catalogue, by topic."""

from app.catalog.service.discounts import count_redemption, offer_discount, withdraw_discount
from app.catalog.service.drafts import discard_draft, publish_draft, save_draft
from app.catalog.service.offers import publish, withdraw

__all__ = [
    "count_redemption",
    "discard_draft",
    "offer_discount",
    "publish",
    "publish_draft",
    "save_draft",
    "withdraw",
    "withdraw_discount",
]
