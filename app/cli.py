"""`flask usage import FILE --source X`, `flask email parse FILE`, `flask kb reindex`, `flask audit
verify` …: by hand."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import click
from flask.cli import AppGroup

from app.audit import checkpoints, pruning, verifying
from app.conversations.service import memory
from app.core import db, keyring
from app.core.actor import SYSTEM
from app.core.errors import Refusal
from app.mediation import service
from app.mediation.models import FileStatus, ReceivedFile
from app.privacy.service import leftovers, retention
from app.search import service as finding
from app.search.port import EngineDown
from channels.email.mail import Address, Mail
from channels.email.reading import read
from kb import service as articles

usage = AppGroup("usage", help="Usage records from outside.")
bot = AppGroup("bot", help="What the bot keeps.")
email = AppGroup("email", help="Mails as they come.")
keys = AppGroup("keys", help="The keys that seal papers and secrets.")
privacy = AppGroup("privacy", help="What is kept of persons, and for how long.")
audit = AppGroup("audit", help="The trail: whether it is whole, and what is kept of it.")
# More breaks than these are not told one by one.
MOST_TOLD = 100
kb = AppGroup("kb", help="The knowledge base.")
search = AppGroup("search", help="The search over everything.")


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar; what comes back is told how much is done, and of how much."""
    with click.progressbar(length=1, label=label) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield tell


@usage.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Whose layout the file has.")
@click.option(
    "--control",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file of control totals beside it.",
)
def import_file(file: Path, source: str, control: Path | None) -> None:
    """Take in FILE, whole or not at all; run again after a crash, it goes on."""
    try:
        with file.open("rb") as stream:
            said = control.read_bytes() if control else None
            received = service.receive(source, file.name, stream, by=SYSTEM, control=said)
        with _progress(file.name) as tell:
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


@bot.command("forget")
@click.option("--dry-run", is_flag=True, help="Only say how much it would be.")
def forget_bot_memory(dry_run: bool) -> None:
    """Forget what the bot remembers of talks older than their market keeps it."""
    gone = memory.forget_old(dry_run=dry_run)
    click.echo(f"{gone} events {'would be' if dry_run else 'were'} forgotten")


@audit.command("verify")
@click.option("--kept", type=click.File("r"), help="Checkpoints that were kept outside.")
def verify_trail(kept: TextIO | None) -> None:
    """Walk every chain; tells the first broken entry, and ends with 1 when there is one."""
    count = verifying.Count()
    with db.reading() as connection:
        found = list(islice(verifying.breaks(connection, count, kept or ()), MOST_TOLD))
    for each in sorted(found, key=lambda one: (one.entry_id is None, one.entry_id or 0)):
        entry = f"entry {each.entry_id} of {each.at:%Y-%m-%d %H:%M:%S}: " if each.entry_id else ""
        click.echo(f"{each.fault}: {entry}{each.place}", err=True)
    told = f"{count.entries} entries, {count.checkpoints} checkpoints"
    if found:
        raise click.ClickException(f"the trail is broken ({told})")
    click.echo(f"the trail is whole ({told})")


@audit.command("checkpoint")
def take_checkpoint() -> None:
    """Write down now how long every chain is; prints it, to be kept outside."""
    made = checkpoints.take()
    click.echo(checkpoints.line(made) if made else "nothing was written since the last one")


@audit.command("checkpoints")
@click.option("--since", default=0, help="Only those after this number.")
def export_checkpoints(since: int) -> None:
    """Every checkpoint as a line of JSON, to be kept where nobody of ours can write."""
    for line in checkpoints.lines(since):
        click.echo(line)


@audit.command("prune")
@click.option("--dry-run", is_flag=True, help="Only say which months it would be.")
def prune_trail(dry_run: bool) -> None:
    """Let go the months that were kept for five years. What they held stays in a checkpoint."""
    for month in pruning.due():
        if dry_run:
            click.echo(f"{month:%Y-%m} would go")
        else:
            click.echo(f"{month:%Y-%m}: {pruning.prune(month, by=SYSTEM)} entries went")


@kb.command("reindex")
def reindex_articles() -> None:
    """Build the search index of articles anew."""
    with _progress("articles") as tell:
        count = articles.reindex(by=SYSTEM, tell=tell)
    click.echo(f"{count} articles")


@search.command("reindex")
def reindex_search() -> None:
    """Build the indexes of the search anew, one after the other, while the desk goes on."""
    with _progress("indexes") as tell:
        count = finding.reindex(by=SYSTEM, tell=tell)
    click.echo(f"{count} indexes")


@search.command("rebuild")
def rebuild_search() -> None:
    """Fill a new index of the search engine, then let it serve; the old one serves meanwhile."""
    try:
        with _progress("things") as tell:
            count = finding.rebuild(by=SYSTEM, tell=tell)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.message} ({refusal.code})") from None
    except EngineDown as down:
        raise click.ClickException(str(down)) from None
    click.echo(f"{count} things")


@keys.command("rotate")
@click.option("--go-on", is_flag=True, help="No new key: only what a cut-off rotation left.")
def rotate_keys(go_on: bool) -> None:
    """Seal everything with a new data key, batch by batch; all is readable meanwhile.

    Data keys are wrapped anew with the newest of MASTER_KEYS first.
    """
    if not go_on:
        click.echo(f"data key {keyring.add()} seals from now on")
    counts: dict[str, int] = {}
    for column, count in keyring.seal_anew():
        counts[column] = counts.get(column, 0) + count
    for column, count in counts.items():
        click.echo(f"{column}: {count} sealed anew")


@privacy.command("retain")
@click.option("--dry-run", is_flag=True, help="Only say how much it would be.")
def retain(dry_run: bool) -> None:
    """Let go what was kept for its time, and files that no row tells of; each rule's count stays
    as proof."""
    if dry_run:
        counts = {**retention.would_go(), **leftovers.would_go()}
    else:
        counts = {**retention.let_go(), **leftovers.sweep()}
    for rule, count in counts.items():
        click.echo(f"{rule}: {count} {'would go' if dry_run else 'went'}")
