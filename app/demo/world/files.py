"""Files that go between people and the operator: kept in a folder by a name nobody guesses."""

import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

LARGEST = 25 * 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    id: str
    name: str
    media_type: str
    content: bytes


class Files:
    def __init__(self, folder: Path) -> None:
        self._folder = folder / "files"
        self._folder.mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes, *, name: str, media_type: str) -> str:
        file_id = secrets.token_hex(16)
        (self._folder / file_id).write_bytes(content)
        about = json.dumps({"name": name, "media_type": media_type})
        (self._folder / f"{file_id}.json").write_text(about, encoding="utf-8")
        return file_id

    def find(self, file_id: str) -> Kept | None:
        if not _NAME.fullmatch(file_id) or not (self._folder / file_id).exists():
            return None
        about = json.loads((self._folder / f"{file_id}.json").read_text(encoding="utf-8"))
        return Kept(file_id, content=(self._folder / file_id).read_bytes(), **about)
