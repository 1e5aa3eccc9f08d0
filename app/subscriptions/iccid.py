"""The number printed on a SIM card (ITU-T E.118): 89, country, issuer, serial, Luhn digit."""

from app.subscriptions.errors import BadIccid

_LENGTHS = {19, 20}
_SERIAL_DIGITS = 12
_ISSUER = "01"


def checked(text: str) -> str:
    """Digits only. Raises BadIccid unless length, prefix and check digit are right."""
    digits = text.replace(" ", "").replace("-", "")
    well_formed = digits.isascii() and digits.isdigit() and len(digits) in _LENGTHS
    if not well_formed or not digits.startswith("89") or luhn_digit(digits[:-1]) != digits[-1]:
        raise BadIccid
    return digits


def numbered(country_code: int, serial: int) -> str:
    """The card with this serial number. `country_code` is the telephone one, e.g. 52."""
    width = _SERIAL_DIGITS + 2 - len(str(country_code))
    body = f"89{country_code}{_ISSUER}{serial:0{width}d}"
    return body + luhn_digit(body)


def luhn_digit(body: str) -> str:
    """The digit that makes `body` + digit pass the Luhn check."""
    doubled = (int(digit) * 2 for digit in reversed(body[-1::-2]))
    plain = (int(digit) for digit in body[-2::-2])
    total = sum(each - 9 if each > 9 else each for each in doubled) + sum(plain)
    return str(-total % 10)
