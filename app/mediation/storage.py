"""Where received files lie until they are done with, by their content's hash."""

import hashlib
import os
from pathlib import Path
from typing import IO, BinaryIO
from uuid import uuid4

_CHUNK = 1024 * 1024
_folder: dict[str, Path] = {}


def keep_in(folder: Path) -> None:
    """Called once at start, by the wiring."""
    _folder["files"] = folder


class TooLarge(ValueError):
    """More came than may be kept; nothing of it is."""


def write(stream: IO[bytes], largest: int | None = None) -> tuple[str, int]:
    """Keep what comes and return its SHA-256 and size; it is on the disk before that.

    Raises TooLarge beyond `largest` bytes. What does not come whole leaves nothing behind.
    """
    folder().mkdir(parents=True, exist_ok=True)
    partial, digest, size = folder() / f"{uuid4().hex}.part", hashlib.sha256(), 0
    try:
        with partial.open("wb") as file:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if largest is not None and size > largest:
                    raise TooLarge
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        name = digest.hexdigest()
        partial.rename(folder() / name)
    finally:
        partial.unlink(missing_ok=True)
    return name, size


def opened(digest: str) -> BinaryIO:
    return (folder() / digest).open("rb")


def folder() -> Path:
    return _folder["files"]
