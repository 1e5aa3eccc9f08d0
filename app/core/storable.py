"""What a text may hold so that PostgreSQL keeps it: no NUL, and no half of a surrogate pair."""

import re

_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")


def is_storable(text: str) -> bool:
    return _UNSTORABLE.search(text) is None
