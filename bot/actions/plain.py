"""Words as they are compared."""

import re
import unicodedata

# Between two clauses of what she wrote.
CLAUSES = re.compile(r"[.,;!?\n]+")


# As short messages spell them: "kiten", "kiero", "aki"; "kitna" is Hindi.
K_FOR_QU = re.compile(r"\bk(?=(?:ier|isier)[aeo]|it(?:en|em|el|a[rlm]|a\b))|(?<=\ba)k(?=i\b)")


def plain(text: str) -> str:
    """Lower case, without accents and signs; a Spanish k as the qu that it stands for."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return K_FOR_QU.sub("qu", re.sub(r"[^a-z0-9]+", " ", bare).strip())


def words(text: str) -> frozenset[str]:
    """Those of a list, or of what somebody wrote; plain."""
    return frozenset(plain(text).split())
