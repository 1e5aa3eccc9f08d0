"""A talk as it is written in `scripts/*.yml`: who she is, what she says, what must have come of it.

A talk has a name (`talk`), a channel (`by`, webchat unless told), somebody (`who`: `stranger`, or
what people.py makes of her), `turns` and `ends`. A turn is something she does and, loosely, what
the bot says to it: `bot` is a pattern that its words and buttons must hold, `not` one that they may
not. A turn with `when` is taken only if what the bot has just said holds that pattern. `ends` is
strict: what it does not name must be as before.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(os.environ.get("TALKS", Path(__file__).parent / "scripts"))  # `TALKS=` plays others
MARKETS = {"es": "MX", "pt": "BR", "en": "IN"}
DOES = ("she", "at_once", "presses", "code", "mailed_code", "meanwhile")


@dataclass(frozen=True, slots=True)
class Turn:
    """What she does is one of DOES; `what` is how."""

    does: str
    what: Any
    heard: str = ""
    unheard: str = ""
    when: str = ""

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Turn":
        [does] = set(written) & set(DOES)
        told = (written.get(name, "") for name in ("bot", "not", "when"))
        return cls(does, written[does], *told)


@dataclass(frozen=True, slots=True)
class Talk:
    name: str
    language: str
    channel: str
    who: Mapping[str, Any] | None
    turns: tuple[Turn, ...]
    ends: Mapping[str, Any] = field(default_factory=dict)
    alone: bool = False

    @property
    def market(self) -> str:
        return MARKETS[self.language]

    @classmethod
    def of(cls, written: Mapping[str, Any], language: str) -> "Talk":
        who = written["who"]
        return cls(
            name=f"{language}: {written['talk']}",
            language=language,
            channel=written.get("by", "webchat"),
            who=None if who == "stranger" else who,
            turns=tuple(Turn.of(each) for each in written["turns"]),
            ends=written["ends"],
            alone=written.get("alone", False),
        )


def every_talk() -> list[Talk]:
    return [
        Talk.of(written, path.name[:2])
        for path in sorted(FOLDER.glob("*.yml"))
        for written in yaml.safe_load(path.read_text())
    ]
