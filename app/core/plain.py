"""Plain values that JSON and YAML can hold: nothing that is not named, nothing that changes."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Plain(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def plain(self) -> dict[str, Any]:
        """Without what was left out: as it is kept, and shown as YAML."""
        return self.model_dump(mode="json", exclude_defaults=True)
