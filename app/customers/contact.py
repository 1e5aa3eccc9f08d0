"""What a name, an e-mail address and a telephone number must look like before they are kept."""

import re

import phonenumbers

from app.core.errors import Invalid
from app.core.i18n import LANGUAGES, lazy

# One @, something before it, a domain with a dot behind it: the mail itself is the real proof.
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+")


def plain_text(value: str, *, field: str, longest: int = 200) -> str:
    """Trimmed, on one line. Raises Invalid when empty, too long or not storable as text."""
    text = " ".join(value.split())
    if not 0 < len(text) <= longest or not text.isprintable():
        raise Invalid(field=field)
    return text


def email_address(value: str) -> str:
    text = plain_text(value, field="email", longest=254)
    if not _EMAIL.fullmatch(text):
        raise Invalid(lazy("This is not an e-mail address."), field="email")
    return text


def phone_number(value: str, market_code: str) -> str:
    """In E.164. A number without a country code is read as one of the market (an ISO country).

    Only length and country are checked: numbering ranges move faster than any library's table.
    """
    text = plain_text(value, field="phone", longest=40)
    try:
        number = phonenumbers.parse(text, market_code)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not is_whole(number):
        raise Invalid(lazy("This is not a telephone number."), field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_whole(number: phonenumbers.PhoneNumber) -> bool:
    """Of a length that is dialled from everywhere, not only within a city."""
    length = phonenumbers.is_possible_number_with_reason(number)
    return bool(length == phonenumbers.ValidationResult.IS_POSSIBLE)


def language_code(value: str) -> str:
    if value not in LANGUAGES:
        raise Invalid(field="language")
    return value
