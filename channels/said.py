"""What one message says, before it is known who said it."""

from dataclasses import dataclass

from channels.port import Kind, Media


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    kind: Kind = Kind.TEXT
    media: tuple[Media, ...] = ()
    payload: str | None = None
    answers: str | None = None
    vouched: bool = True
