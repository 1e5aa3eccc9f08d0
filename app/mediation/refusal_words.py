"""What people read for why a record or a file was not taken."""

from dataclasses import dataclass
from typing import Any

from app.core.i18n import lazy


@dataclass(frozen=True, slots=True)
class Reason:
    """Of a record: `name` in lists, `because` and `remedy` beside it."""

    name: Any
    because: Any
    remedy: Any


RECORDS: dict[str, Reason] = {
    "malformed": Reason(
        lazy("Malformed"),
        lazy("The row cannot be read as its layout says."),
        lazy("Correct the record, or mend the layout and send the file again."),
    ),
    "unknown_line": Reason(
        lazy("Unknown number"),
        lazy("No line of this operator has or had this number."),
        lazy("Try again once the line is there, correct the number, or reject the record."),
    ),
    "not_in_service": Reason(
        lazy("Not in service"),
        lazy("Nobody had the number at that moment."),
        lazy("Check when the line was opened and closed; correct the time or reject the record."),
    ),
    "bad_quantity": Reason(
        lazy("Negative quantity"),
        lazy("A record cannot report less than nothing, or more than a counter can hold."),
        lazy("Correct the quantity or reject the record."),
    ),
    "absurd_quantity": Reason(
        lazy("Absurd quantity"),
        lazy("It is more than the market's policy takes for possible in one record."),
        lazy("Accept it if it is true; it is rated as it is."),
    ),
    "bad_time": Reason(
        lazy("In the future"),
        lazy("The record begins later than now: a clock in the network is wrong."),
        lazy("Try again later, correct the time, or reject the record."),
    ),
    "bad_other_party": Reason(
        lazy("Bad other party"),
        lazy("The other party's number holds signs that cannot be printed."),
        lazy("Correct it or reject the record."),
    ),
    "wrong_currency": Reason(
        lazy("Wrong currency"),
        lazy("The record is in another currency than the customer's account."),
        lazy("Correct the record or reject it."),
    ),
    "differs": Reason(
        lazy("Same id, other content"),
        lazy("A record with this id is rated already, and says something else."),
        lazy("Correct it to rate it as a record of its own, or reject it."),
    ),
    "missing_part": Reason(
        lazy("Missing part"),
        lazy("A part of this session has not come for hours."),
        lazy("Accept to rate the parts that are there; what comes later is rated by itself."),
    ),
    "differs_from_charged": Reason(
        lazy("Differs from what was charged"),
        lazy("The session was paid for while it went on, for another quantity."),
        lazy("Accept to rate what the record says beyond that, or reject the record."),
    ),
}

FILES: dict[str, Any] = {
    "wrong_total": lazy("A control total is not what is in the file."),
    "no_header": lazy("The file has no header."),
    "no_trailer": lazy("The file has no trailer; it may have been cut off."),
    "misplaced_header": lazy("A header stands where none belongs."),
    "misplaced_trailer": lazy("The file has more than one trailer."),
    "records_after_trailer": lazy("There are records after the trailer."),
    "bad_encoding": lazy("The file is not in the encoding of its layout."),
    "bad_format": lazy("The file is not in the format of its layout."),
    "row_too_long": lazy("A row is longer than any record can be."),
    "no_control_file": lazy("The file of control totals did not come with it."),
    "bad_control_file": lazy("The file of control totals cannot be read."),
    "wrong_hash": lazy("The file is not the one that its control file names (SHA-256)."),
    "content_lost": lazy("What was received is not on the disk any more. Send the file again."),
}

_UNKNOWN = Reason(lazy("Other"), lazy("The record was refused."), lazy("Correct or reject it."))


def reason(code: str) -> Reason:
    return RECORDS.get(code, _UNKNOWN)
