"""A worker that does nothing but AutoPay, for a test that kills it at any moment."""

import sys
from datetime import datetime, timedelta
from itertools import count

from app.core import clock, db, events, secrets
from app.payments import service, switch
from app.payments.events import PaymentDeclined, PaymentSucceeded
from app.wiring import IN_TRANSACTION
from tests.payments.conftest import adapter


def main(database_url: str, world_url: str, due: str) -> None:
    secrets.set_key("tests")
    db.connect(database_url)
    switch.plug_in(adapter(world_url))
    heard = {kind: IN_TRANSACTION[kind] for kind in (PaymentSucceeded, PaymentDeclined)}
    events.connect(
        in_transaction=heard, reactions={}, errands={}, screens={}, wake=lambda _ids: None
    )
    moment = datetime.fromisoformat(due)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for number in count():
        with db.session_scope(), clock.moved_to(moment + timedelta(minutes=2 * (number % 3))):
            service.run_autopay()
            service.reconcile_due()


if __name__ == "__main__":
    main(*sys.argv[1:])
