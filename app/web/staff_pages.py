"""What every page for staff needs: who is signed in, where one may go, the live address."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for

from app.conversations import queries
from app.core.actor import Actor
from app.core.i18n import gettext as _

# Under one entry of the rail, side by side as tabs.
BILLING_PAGES = frozenset(
    f"backoffice.{name}"
    for name in (
        "runs", "run", "simulation", "disputes", "dispute", "invoices",
        "reconciliation", "reconciled_lines", "revenue", "receivables", "write_offs",
    )
)  # fmt: skip


OFFICE = "/office/"


@dataclass(frozen=True, slots=True)
class Place:
    """A destination in the rail. `active` on the pages that belong to it."""

    url: str
    name: str
    icon: str
    active: bool


def places_for(actor: Actor) -> list[Place]:
    """The rail: only where this actor is let in. The office is one place with many pages."""
    before = [
        ("workspace.desk", _("Desk"), "headset", "conversations.read"),
        ("workspace.tickets", _("Tickets"), "ticket", "tickets.read"),
        ("workspace.customers", _("Customers"), "users", "customers.read"),
        ("workspace.outage_cases", _("Disturbances"), "alert-triangle", "outages.manage"),
        ("workspace.activations", _("Activations"), "device-sim", "subscriptions.activate"),
        ("workspace.knowledge", _("Knowledge"), "book", "kb.read"),
        ("workspace.search", _("Search"), "search", "workspace.enter"),
        ("workspace.my_reviews", _("My reviews"), "star", "conversations.reply"),
    ]
    after = [
        ("supervision.board", _("Board"), "layout-dashboard", "supervision.enter"),
        ("supervision.reports", _("Reports"), "chart-bar", "reports.read"),
        ("supervision.quality_reviews", _("Quality"), "star", "quality.review"),
        ("supervision.shifts", _("Adherence"), "clock", "shifts.manage"),
        ("supervision.feedback", _("Feedback"), "mood-smile", "conversations.monitor"),
        ("supervision.routing", _("Distribution"), "route", "routing.manage"),
        ("supervision.at_risk", _("At risk"), "alert-triangle", "supervision.enter"),
        ("supervision.promises", _("Promises"), "clock", "sla.manage"),
        ("supervision.automation", _("Automation"), "bolt", "automation.manage"),
        ("supervision.suggestions", _("Suggestions"), "trending-up", "reports.read"),
        ("supervision.ticket_setup", _("Ticket rules"), "list-details", "tickets.configure"),
        ("supervision.bot_review", _("Bot"), "robot", "bot.review"),
        ("supervision.audit_trail", _("Audit"), "history", "audit.read"),
        ("supervision.all_reveals", _("Hidden fields"), "eye", "reveals.read"),
        ("supervision.privacy", _("Data protection"), "shield-check", "privacy.read"),
        ("supervision.people", _("People"), "user-check", "staff.manage"),
        ("supervision.transfer", _("Move in and out"), "arrows-exchange", "configuration.transfer"),
        ("supervision.api_clients", _("Machines"), "key", "api.manage"),
    ]
    office = [
        Place(page.url, _("Office"), "building", request.path.startswith(OFFICE))
        for page in office_pages(actor)[:1]
    ]
    return [*_open_to(actor, before), *office, *_open_to(actor, after)]


def office_pages(actor: Actor) -> list[Place]:
    """What billing administrators and those beside them look after."""
    known = [
        ("backoffice.runs", _("Billing"), "receipt", "billing.run"),
        ("backoffice.payments", _("Payments"), "cash", "ledger.read"),
        ("backoffice.autopay", _("AutoPay"), "refresh", "payments.manage"),
        ("backoffice.gateways", _("Gateways"), "credit-card", "payments.manage"),
        ("backoffice.approvals", _("Approvals"), "checks", "approvals.decide"),
        ("backoffice.ledger", _("Ledger"), "book", "ledger.read"),
        ("backoffice.deposits", _("Deposits"), "wallet", "deposits.manage"),
        ("backoffice.offers", _("Offers"), "device-mobile", "catalog.manage"),
        ("backoffice.discounts", _("Discounts"), "star", "catalog.manage"),
        ("backoffice.simulator", _("Simulator"), "search", "catalog.manage"),
        ("backoffice.policies", _("Policies"), "settings", "policies.manage"),
        ("backoffice.channels", _("Channels"), "messages", "inboxes.manage"),
        ("backoffice.review", _("Usage review"), "alert-triangle", "usage.review"),
        ("backoffice.stock", _("Stock"), "list-details", "stock.read"),
    ]
    return _open_to(actor, known)


def _open_to(actor: Actor, known: list[tuple[str, str, str, str]]) -> list[Place]:
    return [
        Place(url_for(endpoint), name, icon, _is_here(endpoint))
        for endpoint, name, icon, permission in known
        if actor.may(permission) and endpoint in current_app.view_functions
    ]


def _is_here(endpoint: str) -> bool:
    if endpoint == "workspace.desk":
        return request.path == "/desk/" or request.path.startswith("/desk/conversations/")
    if endpoint == "backoffice.runs":
        return request.endpoint in BILLING_PAGES
    if endpoint == "backoffice.review":
        return request.path.startswith((url_for(endpoint), "/office/usage"))
    if endpoint == "supervision.board":
        return request.path == url_for(endpoint)
    return request.path.startswith(url_for(endpoint))


def install(app: Flask) -> None:
    app.context_processor(_everywhere)


def _everywhere() -> dict[str, Any]:
    """Fragments are told too, so what costs something is only made where it is asked for."""
    actor = getattr(g, "actor", None)
    operator = current_app.config["DIALTONE"].operator_name
    if actor is None or not actor.is_staff:
        return {"operator": operator}
    return {
        "operator": operator,
        "me": actor,
        "places_for": places_for,
        "office_pages": office_pages,
        "in_office": request.path.startswith(OFFICE),
        "my_state": lambda: queries.availability_of(actor.id).value,
        "sockets_url": current_app.config["DIALTONE"].sockets_url,
    }
