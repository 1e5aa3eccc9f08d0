"""Where this installation watches for files, as the wiring says."""

from pathlib import Path

_folder: dict[str, Path] = {}


def watch(inbox: Path | None) -> None:
    """None watches nothing."""
    _folder.clear()
    if inbox is not None:
        _folder["inbox"] = inbox


def inbox() -> Path | None:
    return _folder.get("inbox")
