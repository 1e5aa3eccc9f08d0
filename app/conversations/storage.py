"""Where uploads lie: files with random names in one folder, that no web server serves."""

import os
from pathlib import Path
from uuid import uuid4

_folder: dict[str, Path] = {}


def keep_in(folder: Path) -> None:
    """Called once at start, by the wiring. Makes the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _folder["uploads"] = folder


def write(content: bytes) -> str:
    """Store it and return the random name it has from now on."""
    name = uuid4().hex
    write_as(name, content)
    return name


def write_as(name: str, content: bytes) -> None:
    """Under a name of ours; what was there is replaced."""
    partial = _path(f"{name}.part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(_path(name))


def read(name: str) -> bytes:
    """Raises FileNotFoundError."""
    return _path(name).read_bytes()


def remove(name: str) -> None:
    """Removing what is gone is fine."""
    _path(name).unlink(missing_ok=True)


def folder() -> Path:
    return _folder["uploads"]


def _path(name: str) -> Path:
    return folder() / name
