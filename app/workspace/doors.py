"""Whom or what a page is about; from here on times are told by her market's clock."""

from uuid import UUID

from flask import g

from app.customers import access as customers
from app.customers.models import Customer
from app.markets.queries import market
from app.subscriptions import access as lines
from app.subscriptions.models import Line
from app.web.login import current_actor


def customer_for(customer_id: UUID, permission: str = "customers.read") -> Customer:
    found = customers.customer_for(current_actor(), customer_id, permission)
    g.timezone = found.market.timezone
    return found


def line_for(line_id: UUID, permission: str) -> Line:
    found = lines.line_for(current_actor(), line_id, permission)
    g.timezone = market(found.market_code).timezone
    return found
