"""Numbers as customers write them: 1,299.00, 1.299,00, "cinquenta", "ten"."""

import re
from decimal import Decimal

_WORDS = {
    1: "one un uno una um uma", 2: "two dos dois duas", 3: "three tres", 4: "four cuatro quatro",
    5: "five cinco", 6: "six seis", 7: "seven siete sete", 8: "eight ocho oito", 9: "nine nueve nove",
    10: "ten diez dez", 12: "twelve doce doze", 15: "fifteen quince quinze", 20: "twenty veinte vinte",
    25: "veinticinco", 30: "thirty treinta trinta", 40: "forty cuarenta quarenta",
    50: "fifty cincuenta cinquenta", 60: "sixty sesenta sessenta", 70: "seventy setenta",
    80: "eighty ochenta oitenta", 90: "ninety noventa", 100: "hundred cien cem",
    200: "doscientos duzentos", 300: "trescientos trezentos", 400: "cuatrocientos quatrocentos",
    500: "quinientos quinhentos", 1000: "mil thousand",
}  # fmt: skip
NAMED = {word: value for value, words in _WORDS.items() for word in words.split()}
FIGURE = r"\d+(?:[.,]\d+)*"
WORD = rf"(?:{'|'.join(sorted(NAMED, key=len, reverse=True))})"


def number_of(written: str) -> Decimal:
    """1.299 is a thousand and more, 1.5 is one and a half; with both signs the last one is the point."""
    if written in NAMED:
        return Decimal(NAMED[written])
    signs = re.findall(r"[.,]", written)
    if not signs:
        return Decimal(written)
    whole, last = re.split(r"[.,](?=\d+$)", written)
    groups_only = len(last) == 3 and len(set(signs)) == 1 and whole != "0"
    whole = re.sub(r"[.,]", "", whole)
    return Decimal(whole + last) if groups_only else Decimal(f"{whole}.{last}")


def short(number: Decimal) -> str:
    """1299, 10.50, 1.5: no more than is needed, and cents as cents."""
    if number == number.to_integral_value():
        return str(int(number))
    return format(number.normalize() if number.as_tuple().exponent < -2 else number, "f")
