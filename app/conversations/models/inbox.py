"""Where conversations come in."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.sealed import Sealed
from app.core.secrets import sealed, unsealed


class Inbox(db.Base):
    """One configured instance of a channel. `key` is public; `secret` signs widget identities.

    `address` is what customers call or write to, one inbox each in a market; `provider` and its
    sealed `settings` say how. `version` counts changes of these. `hours` are open times by weekday
    in the market's time zone (`{"mon": [["09:00", "18:00"]]}`), empty for always. `chat` is how a
    web chat meets visitors. Its conversations wait in the queue of its team. `last_ok_at` and
    `last_error` tell how its provider answered last.
    """

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("market_code", "channel", "address"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    language: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, unique=True)
    secret_sealed: Mapped[bytes] = mapped_column("secret", LargeBinary)
    allowed_origins: Mapped[list[str]]
    theme: Mapped[dict[str, Any]]
    bot_on: Mapped[bool]
    is_on: Mapped[bool] = mapped_column(default=True, server_default=true())
    provider: Mapped[str] = mapped_column(Text, default="", server_default="")
    address: Mapped[str | None] = mapped_column(Text)
    settings_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sandbox: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    hours: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    welcome_words: Mapped[str] = mapped_column(Text, default="", server_default="")
    closed_words: Mapped[str] = mapped_column(Text, default="", server_default="")
    chat: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    last_ok_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    last_error_at: Mapped[datetime | None]

    secret = Sealed[str]()

    @property
    def settings(self) -> dict[str, str]:
        """What its provider needs to know, secrets among it."""
        if self.settings_sealed is None:
            return {}
        found = json.loads(unsealed(self.settings_sealed, f"inbox.settings:{self.id}"))
        return {str(name): str(value) for name, value in found.items()}

    @settings.setter
    def settings(self, values: Mapping[str, str]) -> None:
        content = json.dumps(dict(values)).encode()
        self.settings_sealed = sealed(content, f"inbox.settings:{self.id}")

    @property
    def answers_well(self) -> bool:
        """Whether nothing went wrong since it last went well."""
        if self.last_error_at is None:
            return True
        return self.last_ok_at is not None and self.last_ok_at >= self.last_error_at
