"""Folders of files with names of ours: what lies in them since long ago, one by one."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path


def old_files(folder: Path, before: datetime) -> Iterator[str]:
    """The names of those last written before a moment, in no order; a folder that is not there is
    empty. However many they are, one is held at a time."""
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        yield from (each.name for each in entries if _is_old(Path(each.path), before))


def remove_old(folder: Path, name: str, before: datetime) -> bool:
    """Unless it was written anew meanwhile: put aside first, so that what is looked at is what
    goes."""
    path, aside = folder / name, folder / f"{name}.going"
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False
    if _is_old(aside, before):
        aside.unlink(missing_ok=True)
        return True
    aside.rename(path)
    return False


def _is_old(path: Path, before: datetime) -> bool:
    try:
        return path.is_file() and path.lstat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False
