"""What is brought in, whatever it was called where it comes from. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class Broken(ValueError):
    """A row that cannot be read; its sentence says why."""


@dataclass(frozen=True, slots=True)
class Customer:
    external_id: str
    name: str
    email: str
    phone: str
    language: str
    city: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """`author` is customer or agent; a `note` is for staff alone."""

    author: str
    name: str
    text: str
    at: datetime
    note: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """`customer` is what the customer is called where it comes from, or her e-mail address."""

    external_id: str
    customer: str
    subject: str
    description: str
    status: str
    priority: str
    tags: tuple[str, ...]
    created_at: datetime | None
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    external_id: str
    customer: str
    created_at: datetime | None
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Article:
    external_id: str
    title: str
    body: str
    language: str
    category: str
    public: bool


@dataclass(frozen=True, slots=True)
class Reply:
    external_id: str
    shortcut: str
    title: str
    text: str
    language: str


Record = Customer | Ticket | Conversation | Article | Reply
# A line of the file, and what stands there or why it cannot be read.
Row = tuple[int, Record | Broken]
Rows = Iterator[Row]
Object = Mapping[str, Any]
