"""`python -m benchmarks [figure …]`: measures against the real stack; one JSON line a figure."""

import sys
from contextlib import nullcontext
from types import ModuleType

from benchmarks import (
    assignment,
    audit_write,
    bill_run,
    bot_answer,
    bot_rate,
    bot_training,
    chat_roundtrip,
    customer_360,
    idle_socket,
    live_boards,
    mail_parse,
    permission_check,
    person_export,
    prepaid_debit,
    queue_100k,
    queue_page,
    rating_bulk,
    report_year,
    search_100k,
    webhook_intake,
)
from benchmarks.stage import stage

FIGURES: dict[str, ModuleType] = {
    "queue_page": queue_page,
    "queue_100k": queue_100k,
    "search_100k": search_100k,
    "customer_360": customer_360,
    "bot_answer": bot_answer,
    "bot_rate": bot_rate,
    "chat_roundtrip": chat_roundtrip,
    "idle_socket": idle_socket,
    "prepaid_debit": prepaid_debit,
    "bill_run": bill_run,
    "rating_bulk": rating_bulk,
    "webhook_intake": webhook_intake,
    "mail_parse": mail_parse,
    "assignment": assignment,
    "permission_check": permission_check,
    "audit_write": audit_write,
    "person_export": person_export,
    "bot_training": bot_training,
    "report_year": report_year,
    "live_boards": live_boards,
}
# Minutes of both cores for a figure that changes with the training data only: asked for by name.
BY_NAME = {"bot_training"}


def main(names: list[str]) -> int:
    if unknown := set(names) - FIGURES.keys():
        print(f"No figure {', '.join(unknown)}; there are {', '.join(FIGURES)}.", file=sys.stderr)
        return 2
    for name in names or [each for each in FIGURES if each not in BY_NAME]:
        days = FIGURES[name].DAYS
        with nullcontext() if days is None else stage(days=days) as here:
            for figure in FIGURES[name].measure(here):
                print(figure.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
