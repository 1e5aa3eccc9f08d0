"""What the pages hand to Dialtone's chat widget: the inbox of the market, and who is signed in."""

from app.demo.world import identity
from app.demo.world.accounts import Accounts
from app.demo.world.settings import Settings
from app.demo.world.visitor import Visitor


class Widget:
    def __init__(self, accounts: Accounts, visitor: Visitor, settings: Settings) -> None:
        self._accounts = accounts
        self._visitor = visitor
        self._dialtone_url = settings.dialtone_url

    def identity(self) -> str:
        """Signed anew at each call; empty for a visitor nobody knows."""
        shopper = self._visitor.shopper()
        inbox = self._accounts.inbox(self._visitor.market().code)
        if shopper is None or inbox is None:
            return ""
        return identity.sign(shopper, inbox, language=self._visitor.language())

    def tag(self) -> dict[str, str]:
        """Without an inbox there is no tag."""
        inbox = self._accounts.inbox(self._visitor.market().code)
        return {
            "dialtone_url": self._dialtone_url,
            "inbox_key": inbox.key if inbox else "",
            "identity": self.identity(),
        }
