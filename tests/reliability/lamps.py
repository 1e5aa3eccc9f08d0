"""A small program that announces or works off events and is killed at the worst moment.

`main(url, "announce" | "react" | "run_errand")` is what the killed process runs. The effect of a
lamp that is lit is the next number of a series, so how often it happened can be counted.
"""

import os
import signal
from dataclasses import dataclass

from app.core import db, events, outbox, references


@dataclass(frozen=True, slots=True)
class LampLit:
    number: int


def count_it(event: LampLit) -> None:
    references.next_number("lamps lit")
    die_if_told()


def report_it(event: LampLit) -> None:
    with db.transaction():
        references.next_number("lamps reported")
    die_if_told()


def die_if_told() -> None:
    if os.environ.get("DIE") == "1":
        os.kill(os.getpid(), signal.SIGKILL)


def connect(url: str, wake=lambda ids: None) -> None:
    db.connect(url, pool_size=1)
    events.connect(
        in_transaction={},
        reactions={LampLit: [count_it]},
        errands={LampLit: [report_it]},
        screens={},
        wake=wake,
    )


def announce() -> None:
    with db.transaction():
        events.announce(LampLit(1))


def work_off(errands: bool) -> None:
    run = outbox.run_errand if errands else outbox.run_in_transaction
    for entry_id in outbox.due():
        entry = db.session.get(outbox.OutboxEntry, entry_id)
        if events.is_errand(entry.listener) is errands:
            db.session.rollback()
            run(entry_id, events.deliver)


def main(url: str, what: str) -> None:
    connect(url, wake=lambda ids: die_if_told())
    if what == "announce":
        announce()
    else:
        work_off(errands=what == "run_errand")
