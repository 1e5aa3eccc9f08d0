"""`flask usage import FILE --source X`: what an operator does by hand."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.actor import SYSTEM
from app.core.errors import Refusal
from app.mediation import service
from app.mediation.models import FileStatus, ReceivedFile

usage = AppGroup("usage", help="Usage records from outside.")


@usage.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Whose layout the file has.")
def import_file(file: Path, source: str) -> None:
    """Take in FILE, whole or not at all; run again after a crash, it goes on."""
    try:
        with file.open("rb") as stream:
            received = service.receive(source, file.name, stream, by=SYSTEM)
        with click.progressbar(length=1, label=file.name) as bar:

            def tell(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            received = service.read(received.id, by=SYSTEM, tell=tell)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.message} ({refusal.code})") from None
    click.echo(_told(received))
    if received.status is FileStatus.REFUSED:
        raise SystemExit(1)


def _told(file: ReceivedFile) -> str:
    if file.status is FileStatus.REFUSED:
        wrong = "; ".join(
            f"{check['what']}: {check['said']} ≠ {check['found']}"
            for check in file.control
            if not check["holds"]
        )
        return f"refused: {file.reason} {wrong or file.reason_details}"
    counts = ("rows", "accepted", "duplicates", "matched", "parts", "for_review")
    return ", ".join(f"{name} {getattr(file, name)}" for name in counts)
