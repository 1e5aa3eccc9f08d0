"""Who is doing this, and what they may do."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from app.core.errors import Forbidden


class Kind(StrEnum):
    STAFF = "staff"
    CUSTOMER = "customer"
    VISITOR = "visitor"
    BOT = "bot"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The doer of a command. `markets` empty means every market."""

    kind: Kind
    id: UUID
    name: str
    permissions: frozenset[str] = field(default_factory=frozenset)
    markets: frozenset[str] = field(default_factory=frozenset)
    language: str = "en"
    roles: frozenset[str] = field(default_factory=frozenset)

    def may(self, permission: str) -> bool:
        return self.kind is Kind.SYSTEM or permission in self.permissions

    def must(self, permission: str) -> None:
        """Raise Forbidden unless this actor holds the permission."""
        if not self.may(permission):
            raise Forbidden(permission=permission)

    def sees_market(self, market: str) -> bool:
        return not self.markets or market in self.markets

    @property
    def is_staff(self) -> bool:
        return self.kind is Kind.STAFF

    @property
    def is_customer(self) -> bool:
        return self.kind is Kind.CUSTOMER


SYSTEM = Actor(Kind.SYSTEM, UUID(int=0), "Dialtone")
BOT = Actor(Kind.BOT, UUID(int=1), "Bot")
