"""Words as they are compared."""

import re
import unicodedata

# Between two clauses of what she wrote.
CLAUSES = re.compile(r"[.,;!?\n]+")


def plain(text: str) -> str:
    """Lower case, without accents and signs."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", bare).strip()


def words(text: str) -> frozenset[str]:
    """Those of a list, or of what somebody wrote; plain."""
    return frozenset(plain(text).split())
