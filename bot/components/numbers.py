"""Numbers as customers write them: 1,299.00, 1.299,00, "cinquenta", "thirty-one", "mil e quinhentos"."""

import re
from decimal import Decimal

_WORDS = {
    1: "one un uno una um uma", 2: "two dos dois duas", 3: "three tres", 4: "four cuatro quatro",
    5: "five cinco", 6: "six seis", 7: "seven siete sete", 8: "eight ocho oito", 9: "nine nueve nove",
    10: "ten diez dez dezinho", 11: "eleven once onze", 12: "twelve doce doze", 13: "thirteen trece treze",
    14: "fourteen catorce quatorze catorze", 15: "fifteen quince quinze",
    16: "sixteen dieciseis dezesseis", 17: "seventeen diecisiete dezessete", 18: "eighteen dieciocho dezoito",
    19: "nineteen diecinueve dezenove", 20: "twenty veinte vinte vintinho vintinha", 25: "veinticinco",
    30: "thirty treinta trinta trintinha", 40: "forty cuarenta quarenta",
    50: "fifty cincuenta cinquenta cinquentinha cincuentita",
    60: "sixty sesenta sessenta", 70: "seventy setenta",
    80: "eighty ochenta oitenta",
    90: "ninety noventa", 100: "hundred cien ciento cem cento cenzinho cemzinho cienito",
    200: "doscientos duzentos", 300: "trescientos trezentos", 400: "cuatrocientos quatrocentos",
    500: "quinientos quinhentos", 600: "seiscientos seiscentos", 700: "setecientos setecentos",
    800: "ochocientos oitocentos", 900: "novecientos novecentos", 1000: "mil thousand",
}  # fmt: skip
NAMED = {word: value for value, words in _WORDS.items() for word in words.split()}
FIGURE = r"\d+(?:[.,]\d+){0,4}"
_ONE = rf"(?:{'|'.join(sorted(NAMED, key=len, reverse=True))})"
WORD = rf"(?:{_ONE}\b(?:(?:-| | y | e | and | con ){_ONE}\b){{0,6}})"
_LINKS = ("y", "e", "and", "con")
_BEFORE_CENTS = ("e", "con")


def number_of(written: str) -> Decimal:
    """1.299 is a thousand and more, 1.5 is one and a half; with both signs the last one is the point."""
    if not written[:1].isdigit():
        return _told(written)
    signs = re.findall(r"[.,]", written)
    if not signs:
        return Decimal(written)
    whole, last = re.split(r"[.,](?=\d+$)", written)
    groups_only = len(last) == 3 and len(set(signs)) == 1 and whole != "0"
    whole = re.sub(r"[.,]", "", whole)
    return Decimal(whole + last) if groups_only else Decimal(f"{whole}.{last}")


def _told(words: str) -> Decimal:
    """Thousand is multiplied by what stands before it, and so is an English hundred. Tens after less than
    a hundred are cents: "dezenove e noventa". "One fifty" is a hundred and fifty, "un cien" a hundred."""
    whole = part = cents = 0
    link = ""
    for word in re.split(r"[ -]", words):
        if word in _LINKS:
            link = word
            continue
        value = NAMED[word]
        if cents or (link in _BEFORE_CENTS and part % 100 and 10 <= value < 100):
            cents += value
        elif value == 1000:
            whole, part = whole + (part or 1) * 1000, 0
        elif word == "hundred":
            part = (part or 1) * 100
        elif 0 < part < 10 and value >= 20 and not link:
            part = value if value >= 100 else part * 100 + value
        else:
            part += value
        link = ""
    told = Decimal(whole + part)
    return told + Decimal(cents).scaleb(-2) if cents else told


def short(number: Decimal) -> str:
    """1299, 10.50, 1.5: no more than is needed, and cents as cents."""
    if number == number.to_integral_value():
        return str(int(number))
    return format(number.normalize() if number.as_tuple().exponent < -2 else number, "f")
