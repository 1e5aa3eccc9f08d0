"""How a tag is written. Pure."""

import re

from app.tickets.errors import BadTag

LONGEST = 40
_TAG = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def written(text: str) -> str:
    """Small letters, digits and hyphens; spaces become hyphens. Raises BadTag."""
    tag = "-".join(text.casefold().split())
    if len(tag) > LONGEST or not _TAG.fullmatch(tag):
        raise BadTag
    return tag
