"""From what a customer calls a plan to the plan."""

import re
import unicodedata

from actions.app_client import Answer


def matching(wanted: str, plans: list[Answer]) -> list[Answer]:
    """The plans meant by a code or name; several when it is told in two versions."""
    slug = slug_of(wanted)
    exact = [plan for plan in plans if slug in (slug_of(plan["code"]), slug_of(plan["name"]))]
    return exact or [plan for plan in plans if slug in slug_of(plan["code"]) or slug in slug_of(plan["name"])]


def slug_of(name: str) -> str:
    """Fibra 300 → fibra-300."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
