"""The watched folder: `<inbox>/<source>/<file>` is taken, and moves to done/ or refused/.

Whoever drops a file writes it under a name that begins with a dot, or ends in .part or .tmp, and
renames it when it is whole. Claiming is a rename, so of two workers one gets it. A claimed file is
touched while somebody is at it; one that was not for minutes was left by the dead, and taken up.
Where the layout has a file of control totals beside it, a file waits for that one, an hour at most.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from pathlib import Path

import structlog

from app.core.actor import SYSTEM
from app.core.errors import Refusal
from app.mediation import beside, queries
from app.mediation.models import FileStatus, ReceivedFile
from app.mediation.service import files, receiving

log = structlog.get_logger(__name__)

_OURS = {"working", "done", "refused"}
_UNFINISHED = (".part", ".tmp")
# A file whose control totals have not come by then is refused for that, so that somebody sees it.
_PATIENCE = timedelta(hours=1)


def take_folder(inbox: Path) -> int:
    """Take in what lies there and what was left; how many files were settled."""
    left = [path for path in _files(inbox / "working") if _is_left(path)]
    settled = 0
    for path in chain(_claimed(inbox), sorted(left)):
        try:
            settled += _settle(inbox, path)
        except Exception:  # whatever is wrong with this one, the others go on
            log.exception("usage_file_failed", file=path.name)
    return settled


def _claimed(inbox: Path) -> Iterator[Path]:
    """Claimed one after the other, so that colleagues get the others."""
    sources = sorted(each for each in inbox.iterdir() if each.is_dir() and each.name not in _OURS)
    for folder in sources:
        working = inbox / "working" / folder.name
        working.mkdir(parents=True, exist_ok=True)
        suffix = queries.suffix_beside(folder.name)
        for path in sorted(each for each in folder.iterdir() if _is_due(each, suffix)):
            try:
                claimed = path.rename(working / path.name)
            except FileNotFoundError:
                continue  # somebody else was faster
            _still_at(claimed)
            log.info("usage_file_claimed", file=claimed.name)
            yield claimed


def _is_left(path: Path) -> bool:
    return _is_older(path, files.ABANDONED)


def _is_older(path: Path, age: timedelta) -> bool:
    try:
        return path.stat().st_mtime < time.time() - age.total_seconds()
    except FileNotFoundError:
        return False  # settled in the meantime


def _is_due(path: Path, suffix: str | None) -> bool:
    """Whole, and with the file beside it where there is to be one; that one goes with it."""
    if not _is_whole(path) or suffix is None:
        return _is_whole(path)
    if path.name.endswith(suffix):
        return False
    names = beside.names(path.name, suffix)
    return any((path.parent / name).exists() for name in names) or _is_older(path, _PATIENCE)


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
    control = _control_of(inbox, path)
    try:
        with path.open("rb") as stream:
            said = None if control is None else control.read_bytes()
            file = receiving.receive(source, path.name, stream, by=SYSTEM, control=said)
        file = files.read(file.id, by=SYSTEM, tell=lambda *_: _still_at(path))
    except FileNotFoundError:
        return False  # somebody else has settled it
    except Refusal as refusal:
        return _move(inbox, path, control, "refused", refusal.code)
    if file.status is FileStatus.DONE:
        return _move(inbox, path, control, "done")
    if file.status is FileStatus.REFUSED:
        return _move(inbox, path, control, "refused", _why(file))
    return False  # somebody else is at it


def _why(file: ReceivedFile) -> str:
    wrong = [check for check in file.control if not check["holds"]]
    return f"{file.reason} {file.reason_details} {wrong}"


def _control_of(inbox: Path, path: Path) -> Path | None:
    """The file beside a claimed one. It stays where it was dropped until both are settled."""
    suffix = queries.suffix_beside(path.parent.name)
    if suffix is None:
        return None
    dropped = inbox / path.parent.name
    places = (dropped / name for name in beside.names(path.name, suffix))
    return next((each for each in places if each.is_file()), None)


def _move(inbox: Path, path: Path, control: Path | None, where: str, reason: str = "") -> bool:
    folder = inbox / where / path.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    if reason:
        (folder / f"{path.name}.reason").write_text(reason + "\n", encoding="utf-8")
    try:
        path.rename(folder / path.name)
        if control is not None:
            control.rename(folder / control.name)
    except FileNotFoundError:
        return False
    return True
