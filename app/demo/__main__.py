"""`make demo`: the whole demo operator on this machine, until Ctrl-C.

CUSTOMERS and DAYS make a smaller one.
"""

import os
import signal
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

import migrations
from app.demo import botroom, keys
from app.demo.botroom import NoBot
from app.demo.readiness import NotReady
from app.demo.stack import BOT, ROOT, PortTaken, Stack

console = Console()
STATE = ROOT / "var" / "demo"
CUSTOMERS = int(os.environ.get("CUSTOMERS", "500"))
DAYS = int(os.environ.get("DAYS", "184"))
_GIVES_WAY = 10


class Interrupted(Exception):
    """Ctrl-C, or a polite kill."""


def main() -> int:
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    port = int(os.environ.get("PORT", "8000"))
    stack = Stack(STATE, port, keys.load(STATE))
    try:
        _run(stack)
    except Interrupted:
        console.print("\nStopping …")
    except PortTaken as taken:
        console.print(
            f"[red]Port {taken} is taken.[/] Free it, or choose others: make demo PORT=9000"
        )
        return 1
    except NotReady as late:
        console.print(f"[red]{late} did not come up.[/] Its log is in {STATE / 'logs'}.")
        return 1
    finally:
        _ignore_signals()
        stack.stop()
    return 0


def _run(stack: Stack) -> None:
    started = time.monotonic()
    with ThreadPoolExecutor(1) as beside, _progress() as progress:
        stack.start_stores()
        model = beside.submit(_prepare_bot, stack, progress)
        # This thread alone gives way, to the bot that learns: whoever is ready last is waited for.
        os.nice(_GIVES_WAY)
        _prepare_database(stack, progress)
        step = progress.add_task("Starting the programs", total=None, note="")
        stack.model = _model_of(model)
        beside.submit(stack.run_programs).result()
        stack.wait_ready(seconds=180)
        progress.update(step, total=1, completed=1)
    _introduce(stack, started)
    while True:
        time.sleep(3600)


def _prepare_database(stack: Stack, progress: Progress) -> None:
    """Fill it once. Later starts load nothing of the application here: its own programs do."""
    if not stack.is_filled():
        from app.demo.filling import fill

        fill(stack, customers=CUSTOMERS, days=DAYS, progress=progress)
    elif not migrations.is_current(stack.owner_url):
        os.environ["SECRET_KEY"] = stack.secrets["SECRET_KEY"]  # some move what is sealed
        migrations.upgrade(stack.owner_url, stack.database_url)


def _introduce(stack: Stack, started: float) -> None:
    from app.demo import people

    people.introduce(console, stack, seconds=time.monotonic() - started)


def _prepare_bot(stack: Stack, progress: Progress) -> Path:
    """Beside the filling; the bot's programs, slow to start, start as soon as they can."""
    step = progress.add_task("The bot: environment", total=None, note="")
    botroom.install()
    progress.update(step, description="The bot: training")
    stack.model = botroom.train()
    stack.run_programs(BOT)
    progress.update(step, description="The bot", total=1, completed=1)
    return stack.model


def _model_of(model: "Future[Path]") -> Path | None:
    try:
        return model.result()
    except NoBot as missing:
        console.print(f"[yellow]Starting without the bot, with people only.[/] {missing}")
        return None


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description:<32}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        console=console,
    )


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise Interrupted


def _ignore_signals() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
