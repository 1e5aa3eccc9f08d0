"""Words that were signed with PGP inside the text of a mail (RFC 9580, 7)."""

import re

_SIGNED = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Z][\w-]{0,30}: [^\n]{0,200}\n)*[ \t]*\n",
    re.MULTILINE,
)
_BEGINS, _ENDS = "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"
_ESCAPED = re.compile(r"^- (?=-)", re.MULTILINE)


def without_armour(text: str) -> str:
    """As they were before they were signed."""
    found = _SIGNED.search(text)
    ends = text.find(f"\n{_BEGINS}", found.end() - 1) if found else -1
    if found is None or ends < 0:
        return text
    last = text.find(_ENDS, ends)
    below = text[last + len(_ENDS) :] if last >= 0 else ""
    signed = _ESCAPED.sub("", text[found.end() : ends])
    return f"{text[: found.start()]}{signed}\n{below.lstrip()}"
