"""What screens show and the sweeps do without: rules, cards, reports, links that open."""

from datetime import timedelta

import pyotp

from app.automation.service import macros, workflows
from app.catalog.models import Service
from app.conversations.service import canned
from app.core import clock, db, signed_ids
from app.core.actor import SYSTEM
from app.identity import clients, links, roles
from app.identity.models import LinkPurpose, SessionKind
from app.insights import adherence, exporting, quality, saved
from app.insights.models import Survey
from app.insights.models.surveys import Question
from app.insights.quality import Answer
from app.insights.surveys import token_of
from app.messaging.threads import leave_token
from app.oversight import report
from app.subscriptions.models import Line
from app.subscriptions.service import esims
from app.supervision.workflows import EXAMPLE
from app.tickets.listing import Filters
from app.tickets.models import Sharing
from app.tickets.service import outage_mode, viewing
from tests.activation.conftest import ordered, plan, stocked
from tests.factories import sla
from tests.factories.automation import content, rule
from tests.factories.catalog import OfferVersionFactory
from tests.factories.identity import StaffFactory

LONG_NAME = "Transportes y Logística Integral del Bajío y Occidente, S.A. de C.V."
PARTNER = "https://partner.example/back"
CHALLENGE = "x" * 43
# Arguments that mean something else on one route than on all others.
OWN_ARGUMENTS = {"workspace.ask_bulk": {"kind": "assign"}}


def more_of_hers(valeria, hers):
    """The arguments of every route."""
    with db.transaction():
        valeria.customer.name = LONG_NAME
    lead = valeria.owner.as_actor()
    return {
        **hers,
        **_automation(lead),
        **_promises(),
        **_quality(valeria),
        **_reports(lead),
        **_line(valeria),
        "role_id": roles.make("Night desk", ["tickets.read"], by=lead).id,
        "permission": "tickets.read",
        "case_id": _outage(lead).id,
        "view_id": viewing.save_view(
            "Oldest first", Filters(sort="oldest"), by=lead, sharing=Sharing.ALL
        ).id,
        "token": _survey(valeria),
        "payment_token": signed_ids.token_of("payment", hers["payment_id"]),
        "leave_token": leave_token(valeria.inbox.id, valeria.customer.email),
    }


def words_of(hers, valeria):
    """What a page asks for besides its address, by endpoint."""
    partner = clients.make(
        by=SYSTEM,
        name="Partner",
        scopes=["catalog.read"],
        markets=["MX"],
        redirect_uris=[PARTNER],
    ).client
    of_report = {"measures": "opened", "by": "day"}
    return {
        "workspace.authorize": {
            "client_id": partner.client_id,
            "redirect_uri": PARTNER,
            "response_type": "code",
            "scope": "catalog.read",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        },
        "workspace.ask_to_reveal": {"field": "customer.email", "object_id": hers["customer_id"]},
        "workspace.confirm_add_on": {"offer_version_id": hers["version_id"]},
        "workspace.review": {"plan": "plus-20gb:postpaid", "sim": "sim"},
        "workspace.search": {"q": "factura"},
        "workspace.alike_tickets": {"customer": hers["customer_id"], "subject": "Bill"},
        "workspace.ask_ticket_fields": {"type": "fault"},
        "workspace.welcome": {"token": _link(LinkPurpose.INVITATION, _invited())},
        "workspace.reset_form": {"token": _link(LinkPurpose.RESET, StaffFactory())},
        "portal.reset_form": {"token": _link(LinkPurpose.RESET, valeria.customer)},
        "backoffice.reconciled_lines": {"kind": "data"},
        "backoffice.ask_many": {"id": hers["anomaly_id"], "decision": "accept"},
        "supervision.any_report": of_report,
        "supervision.report_rows": {**of_report, "measure": "opened"},
    }


def _automation(lead):
    tag = macros.write("Wait for the bank", content().actions, by=lead, shared=True)
    canned.write("hello", "es", title="Saludo", body="Hola {customer.first_name}", by=lead)
    told = rule(name="Urgent bills", all=[("topic", "is", "billing")])
    return {
        "rule_id": told.id,
        "macro_id": tag.id,
        "workflow_id": workflows.write(EXAMPLE, by=lead).id,
        "shortcut": "hello",
    }


def _promises():
    late = sla.chain(("breach", 0, "notify", "supervisors"))
    policy = sla.policy(market="MX", calendar=sla.calendar(), chain=late)
    return {"kind": "policies", "rule_key": policy.key}


def _quality(valeria):
    reviewer = StaffFactory(name="Sofía Restrepo", roles=["supervisor"], markets=[]).as_actor()
    asked = [{"words": "Greets", "weight": 10}, {"words": "Solves", "weight": 30}]
    card = quality.write_card("Chats", asked, by=reviewer)
    given = {"q1": Answer(4), "q2": Answer(2, "Asked twice for the number")}
    moment = clock.now().replace(minute=0)
    adherence.enter(valeria.owner.id, moment, moment + timedelta(hours=6), by=reviewer)
    return {"review_id": quality.review(valeria.talk.id, card.id, given, by=reviewer).id}


def _reports(lead):
    label, definition = saved.STANDARD["overview"]
    exporting.ask(str(label), definition, "csv", by=lead, language="en")
    report.make_due()
    return {
        "report_id": saved.save("My month", definition, by=lead, shared=True).id,
        "name": "overview",
        "month": report.reports()[0].month.strftime("%Y-%m"),
    }


def _line(valeria):
    """With an eSIM, an add-on that it may have, and another line on its way."""
    line = db.session.get_one(Line, valeria.line_id)
    with db.transaction():
        esims.release(line.sims[0], "MX")
    plan()
    stocked()
    return {
        "version_id": OfferVersionFactory(add_on=True).id,
        "activation_id": ordered(line.account, paper=False).id,
    }


def _outage(lead):
    return outage_mode.declare(
        by=lead, market_code="MX", area="Puebla", service=Service.MOBILE, notice={}
    )


def _survey(valeria):
    asked = Survey(
        ticket_id=valeria.ticket.id,
        conversation_id=valeria.talk.id,
        customer_id=valeria.customer.id,
        market_code="MX",
        question=Question.CSAT,
        way="email",
        language="en",
        due_at=clock.now(),
        asked_at=clock.now(),
    )
    with db.transaction():
        db.session.add(asked)
    return token_of(asked)


def _invited():
    return StaffFactory(totp_secret=pyotp.random_base32())


def _link(purpose, owner):
    kind = SessionKind.STAFF if hasattr(owner, "roles") else SessionKind.CUSTOMER
    return links.issue(purpose, kind, owner.id)
