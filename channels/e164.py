"""Telephone numbers as providers of calls and USSD write them. Standard library only."""

import re

_DIGITS = re.compile(r"[1-9][0-9]{6,14}", re.ASCII)


def e164(text: str) -> str:
    """With its plus, which some forms lose in their encoding; empty for what is no number, as of
    who hides it or calls from a SIP address."""
    digits = text.strip().removeprefix("+")
    return f"+{digits}" if _DIGITS.fullmatch(digits) else ""
