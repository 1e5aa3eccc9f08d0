"""Card numbers in what people write to us: `app.core.cards`, by the name that talks know."""

from app.core.cards import (
    is_bare_group,
    may_be_part,
    may_be_under_way,
    passes_luhn,
    without_card_numbers,
    without_split_numbers,
)

__all__ = [
    "is_bare_group",
    "may_be_part",
    "may_be_under_way",
    "passes_luhn",
    "without_card_numbers",
    "without_split_numbers",
]
