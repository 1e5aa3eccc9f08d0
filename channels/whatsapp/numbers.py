"""WhatsApp's names for people, and the numbers that they are called by.

Meta names people by the number they registered with (`wa_id`, no plus). Two countries have changed
their numbers since, and accounts kept the old ones. Customers are known by what is dialled today:

* Mexico: `52 1` and ten digits is `+52` and the ten digits; the 1 went in 2019.
* Brazil: `55`, two digits of area and eight that begin with 6 to 9 is a mobile number from before
  the ninth digit: a 9 goes before the eight. Landlines begin with 2 to 5 and stay.

Everything else is a plus and the digits. Meta delivers to either form. Whoever hides her number
behind a user name has an id such as `BR.4KgQ2wJ8`, which stays as it is.
"""

import re

_MEXICO = re.compile(r"521(\d{10})")
_BRAZIL = re.compile(r"55(\d{2})([6-9]\d{7})")


def address(wa_id: str) -> str:
    digits = wa_id.strip().removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return wa_id.strip()
    if found := _MEXICO.fullmatch(digits):
        digits = "52" + found[1]
    elif found := _BRAZIL.fullmatch(digits):
        digits = f"55{found[1]}9{found[2]}"
    return f"+{digits}"


def recipient(known: str) -> dict[str, str]:
    """The field that names whom a message is for."""
    if known.startswith("+"):
        return {"to": known.removeprefix("+")}
    return {"recipient": known}
