"""Allowances as people read them: 12.6 GB, 340 min, 12 SMS."""

from babel.numbers import format_decimal

KIB = 1024
MIB = KIB**2
GIB = KIB**3
UNITS = ("B", "KB", "MB", "GB", "TB")


def data_text(quantity: int, locale: str) -> str:
    """Bytes in the largest unit that keeps at least one whole, one decimal at most."""
    value, unit = float(quantity), UNITS[0]
    for unit in UNITS:
        if abs(value) < KIB or unit == UNITS[-1]:
            break
        value /= KIB
    return f"{format_decimal(value, format='#,##0.#', locale=locale)} {unit}"


def quantity_text(kind: str, quantity: int, locale: str) -> str:
    """`kind` is data (bytes), voice (seconds) or sms (messages)."""
    if kind == "data":
        return data_text(quantity, locale)
    if kind == "voice":
        return f"{format_decimal(quantity // 60, locale=locale)} min"
    return f"{format_decimal(quantity, locale=locale)} SMS"
