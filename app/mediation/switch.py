"""Where this installation watches for files, as the wiring says."""

from pathlib import Path

_folder: dict[str, Path] = {}


def watch(inbox: Path | None) -> None:
    """None watches nothing. Makes the folder."""
    _folder.clear()
    if inbox is not None:
        inbox.mkdir(parents=True, exist_ok=True)
        _folder["inbox"] = inbox


def inbox() -> Path | None:
    return _folder.get("inbox")
