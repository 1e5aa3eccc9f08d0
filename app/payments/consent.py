"""The texts that customers agree to. A version never changes once somebody agreed to it."""

from typing import Any

from app.core.i18n import lazy

CURRENT = "2026-11"

AUTOPAY: dict[str, Any] = {
    "2026-11": lazy(
        "I allow my operator to take what I owe from the chosen way to pay, up to the limit that"
        " I set. I am told at least 24 hours before. I can pause or end this at any time, and a"
        " payment that I dispute is looked into."
    ),
}
