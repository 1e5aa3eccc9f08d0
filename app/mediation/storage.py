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


def write(stream: IO[bytes]) -> tuple[str, int]:
    """Keep what comes and return its SHA-256 and size; it is on the disk before that."""
    folder = _folder["files"]
    folder.mkdir(parents=True, exist_ok=True)
    partial, digest, size = folder / f"{uuid4().hex}.part", hashlib.sha256(), 0
    with partial.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    name = digest.hexdigest()
    partial.rename(folder / name)
    return name, size


def opened(digest: str) -> BinaryIO:
    return (_folder["files"] / digest).open("rb")
