"""How what is sold and given is named."""

from app.core.errors import Invalid

LONGEST_NAME = 80


def checked_name(name: str) -> str:
    """Its words with one space between them. Raises Invalid."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(field="name")
    return name
