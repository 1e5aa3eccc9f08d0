"""Whether the domain in From answers for a mail: SPF, DKIM and DMARC as our own server found them.

A result counts only when it is about the domain that the reader sees (RFC 7489, relaxed).
"""

import re
from email.message import Message

from channels.email.headers import unfolded

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*([a-z][\w-]*)(?:/\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b([a-z]+\.[\w-]+)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_DKIM_PAIR = re.compile(r"@([\w.-]+)\s*:\s*(\w+)")
# Under these somebody else may register the next name, so that they are nobody's domain.
_REGISTRIES = {"com", "co", "net", "org", "gov", "gob", "edu", "ac", "or", "ne", "go", "nom", "adv"}
_LONGEST = 10_000


def by_sendgrid(from_domain: str, *, spf: str, dkim: str, envelope_from: str) -> bool:
    """`spf` is a word, `dkim` is like "{@example.mx : pass, @other.mx : fail}" or "none"."""
    if spf.strip().lower() == "pass" and aligned(_domain(envelope_from), from_domain):
        return True
    return any(
        result.lower() == "pass" and aligned(domain, from_domain)
        for domain, result in _DKIM_PAIR.findall(dkim[:_LONGEST])
    )


def by_header(message: Message, authserv_id: str, from_domain: str) -> bool:
    """As the Authentication-Results (RFC 8601) say that our own server put on top. Those of others,
    and those further down that bear our name, are the sender's words."""
    results = _of_our_server(message, authserv_id.lower())
    for method, result, about in results:
        if method == "dmarc":
            domain = about.get("header.from", from_domain)
            return result == "pass" and domain.lower() == from_domain
    return any(
        result == "pass" and aligned(domain, from_domain)
        for method, result, about in results
        for domain in _domains(method, about)
    )


def aligned(domain: str, from_domain: str) -> bool:
    one, other = sorted((domain.lower().strip("."), from_domain.lower().strip(".")), key=len)
    return bool(one) and (one == other or (other.endswith(f".{one}") and _is_somebodys(one)))


def _is_somebodys(domain: str) -> bool:
    labels = domain.split(".")
    registry = len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _REGISTRIES
    return len(labels) >= 2 and not registry


def _domains(method: str, about: dict[str, str]) -> list[str]:
    if method == "dkim":
        return [_domain(about[key]) for key in ("header.d", "header.i") if key in about][:1]
    if method == "spf":
        return [_domain(about[key]) for key in ("smtp.mailfrom", "smtp.mail") if key in about][:1]
    return []


def _of_our_server(message: Message, ours: str) -> list[tuple[str, str, dict[str, str]]]:
    found: list[tuple[str, str, dict[str, str]]] = []
    for name, value in message.raw_items():
        if name.lower() != "authentication-results":
            if found:
                break
            continue
        server, *results = _COMMENT.sub(" ", unfolded(value)[:_LONGEST]).split(";")
        if server.lower().split()[:1] != [ours]:
            if found:
                break
            continue
        found += [
            (match[1].lower(), match[2].lower(), _properties(each))
            for each in results
            if (match := _RESULT.match(each))
        ]
    return found


def _properties(text: str) -> dict[str, str]:
    return {name.lower(): value.lower() for name, value in _PROPERTY.findall(text)}


def _domain(address: str) -> str:
    return address.strip("<> ").rpartition("@")[2].lower()
