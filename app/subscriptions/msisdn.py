"""Mobile numbers: E.164 in the tables, spaced for people."""

import phonenumbers

from app.customers.contact import is_whole
from app.subscriptions.errors import BadNumber


def checked(text: str, market_code: str) -> str:
    """In E.164. `market_code` is the ISO country. Raises BadNumber for another country's number.

    Length and country are checked, not ranges: regulators open them faster than tables follow.
    """
    try:
        number = phonenumbers.parse(text, market_code)
    except phonenumbers.NumberParseException as error:
        raise BadNumber from error
    at_home = number.country_code == country_code(market_code)
    if not at_home or not is_whole(number):
        raise BadNumber
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def for_people(number: str) -> str:
    """`+525512345678` as people at home write it: `55 1234 5678`. Other texts are left alone."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def country_code(market_code: str) -> int:
    """The telephone country code of an ISO country: 52 for MX."""
    return phonenumbers.country_code_for_region(market_code)
