"""`flask usage import FILE --source X`, `flask email parse FILE`: what an operator does by hand."""

import json
from pathlib import Path
from typing import Any, BinaryIO

import click
from flask.cli import AppGroup

from app.core.actor import SYSTEM
from app.core.errors import Refusal
from app.mediation import service
from app.mediation.models import FileStatus, ReceivedFile
from channels.email.mail import Address, Mail
from channels.email.reading import read

usage = AppGroup("usage", help="Usage records from outside.")
email = AppGroup("email", help="Mails as they come.")


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


@email.command("parse")
@click.argument("file", type=click.File("rb"), default="-")
def parse_mail(file: BinaryIO) -> None:
    """Print what is understood of the mail in FILE, or in standard input, as JSON."""
    click.echo(json.dumps(_read(read(file.read())), ensure_ascii=False, indent=2))


def _read(mail: Mail) -> dict[str, Any]:
    return {
        "subject": mail.subject,
        "from": _address(mail.sender) if mail.sender else None,
        "to": [_address(each) for each in mail.to],
        "cc": [_address(each) for each in mail.cc],
        "reply_to": [_address(each) for each in mail.reply_to],
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
        "text": mail.text,
        "visible_reply": mail.visible_reply,
        "attachments": [
            {
                "name": each.name,
                "content_type": each.content_type,
                "size": len(each.content),
                "inline": each.inline,
            }
            for each in mail.attachments
        ],
        "is_auto": mail.is_auto,
        "is_bounce": mail.is_bounce,
        "bounced": list(mail.bounced),
        "message_id": mail.message_id,
        "references": list(mail.references),
        "problems": list(mail.problems),
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}
