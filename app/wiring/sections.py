"""The file of the whole configuration: whose parts it has, in the order in which they are put."""

from app.automation import portable as automation
from app.core.portable import Section
from app.identity.portable import Roles, Teams
from app.markets.portable import Markets
from app.messaging.portable import Inboxes
from app.tickets import portable as tickets
from app.tickets import portable_promises as promises
from kb.portable import Shelves

SECTIONS: tuple[Section, ...] = (
    Markets(),
    Teams(),
    Roles(),
    *(section() for section in tickets.SECTIONS),
    *(section() for section in promises.SECTIONS),
    Inboxes(),
    Shelves(),
    *(section() for section in automation.SECTIONS),
)
