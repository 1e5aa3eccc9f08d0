"""The watched folder: `<inbox>/<source>/<file>` is taken, and moves to done/ or refused/.

Whoever drops a file writes it under a name that begins with a dot, or ends in .part or .tmp, and
renames it when it is whole. Claiming is a rename, so of two workers one gets it. A claimed file is
touched while somebody is at it; one that was not for minutes was left by the dead, and taken up.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import structlog

from app.core.actor import SYSTEM
from app.core.errors import Refusal
from app.mediation.models import FileStatus
from app.mediation.service import files

log = structlog.get_logger(__name__)

_OURS = {"working", "done", "refused"}
_UNFINISHED = (".part", ".tmp")


def take_folder(inbox: Path) -> int:
    """Take in what lies there and what was left; how many files were settled."""
    left = [path for path in _files(inbox / "working") if _is_left(path)]
    return sum(_settle(inbox, path) for path in [*_claimed(inbox), *sorted(left)])


def _claimed(inbox: Path) -> Iterator[Path]:
    """Claimed one after the other, so that colleagues get the others."""
    sources = sorted(each for each in inbox.iterdir() if each.is_dir() and each.name not in _OURS)
    for folder in sources:
        working = inbox / "working" / folder.name
        working.mkdir(parents=True, exist_ok=True)
        for path in sorted(each for each in folder.iterdir() if _is_whole(each)):
            try:
                claimed = path.rename(working / path.name)
            except FileNotFoundError:
                continue  # somebody else was faster
            _still_at(claimed)
            log.info("usage_file_claimed", file=claimed.name)
            yield claimed


def _is_left(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - files.ABANDONED.total_seconds()
    except FileNotFoundError:
        return False  # settled in the meantime


def _still_at(path: Path) -> None:
    with suppress(FileNotFoundError):
        os.utime(path)


def _is_whole(path: Path) -> bool:
    hidden = path.name.startswith(".") or path.name.endswith(_UNFINISHED)
    return path.is_file() and not path.is_symlink() and not hidden


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*/*") if path.is_file()) if folder.is_dir() else iter(())


def _settle(inbox: Path, path: Path) -> bool:
    source = path.parent.name
    try:
        with path.open("rb") as stream:
            file = files.receive(source, path.name, stream, by=SYSTEM)
        file = files.read(file.id, by=SYSTEM, tell=lambda *_: _still_at(path))
    except FileNotFoundError:
        return False  # somebody else has settled it
    except Refusal as refusal:
        return _move(inbox, path, "refused", refusal.code)
    if file.status is FileStatus.DONE:
        return _move(inbox, path, "done")
    if file.status is FileStatus.REFUSED:
        wrong = [check for check in file.control if not check["holds"]]
        return _move(inbox, path, "refused", f"{file.reason} {file.reason_details} {wrong}")
    return False  # somebody else is at it


def _move(inbox: Path, path: Path, where: str, reason: str = "") -> bool:
    folder = inbox / where / path.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    if reason:
        (folder / f"{path.name}.reason").write_text(reason + "\n", encoding="utf-8")
    try:
        path.rename(folder / path.name)
    except FileNotFoundError:
        return False
    return True
