"""Says in words what is not words: places, people, buttons."""

from collections.abc import Iterable, Sequence

from channels.port import Button


def place(
    latitude: float | None, longitude: float | None, name: str = "", address: str = ""
) -> str:
    """`Name, address, 19.43,-99.13`, as far as it is known."""
    known = [part for part in (name, address) if part]
    if latitude is not None and longitude is not None:
        known.append(f"{_short(latitude)},{_short(longitude)}")
    return ", ".join(known)


def _short(degrees: float) -> str:
    return f"{degrees:.6f}".rstrip("0").rstrip(".")


def person(name: str, ways: Iterable[str]) -> str:
    """`Name: number, address`."""
    reached = ", ".join(way for way in ways if way)
    return ": ".join(part for part in (name, reached) if part)


def numbered(text: str, buttons: Sequence[Button]) -> str:
    """Buttons for those who have none: she answers with the number or the words."""
    lines = [f"{number}. {button.title}" for number, button in enumerate(buttons, 1)]
    return "\n".join([text, *lines] if text else lines)
