"""`python -m benchmarks [figure …]`: measures against the real stack; one JSON line a figure."""

import sys
from contextlib import nullcontext
from types import ModuleType

from benchmarks import (
    bill_run,
    bot_answer,
    chat_roundtrip,
    customer_360,
    idle_socket,
    mail_parse,
    prepaid_debit,
    queue_page,
    rating_bulk,
    webhook_intake,
)
from benchmarks.stage import stage

FIGURES: dict[str, ModuleType] = {
    "queue_page": queue_page,
    "customer_360": customer_360,
    "bot_answer": bot_answer,
    "chat_roundtrip": chat_roundtrip,
    "idle_socket": idle_socket,
    "prepaid_debit": prepaid_debit,
    "bill_run": bill_run,
    "rating_bulk": rating_bulk,
    "webhook_intake": webhook_intake,
    "mail_parse": mail_parse,
}


def main(names: list[str]) -> int:
    if unknown := set(names) - FIGURES.keys():
        print(f"No figure {', '.join(unknown)}; there are {', '.join(FIGURES)}.", file=sys.stderr)
        return 2
    for name in names or FIGURES:
        days = FIGURES[name].DAYS
        with nullcontext() if days is None else stage(days=days) as here:
            for figure in FIGURES[name].measure(here):
                print(figure.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
