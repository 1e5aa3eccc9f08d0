"""What PostgreSQL keeps: in texts no NUL and no half of a surrogate pair, in JSON only numbers."""

import math
import re
from typing import Any

_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")


def is_storable(text: str) -> bool:
    return _UNSTORABLE.search(text) is None


def storable(value: Any) -> Any:
    """JSON of a stranger's, with a sign in place of what cannot be kept."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {storable(name): storable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [storable(each) for each in value]
    return value
