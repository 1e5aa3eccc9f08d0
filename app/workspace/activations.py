"""Bringing a line to life, step by step: customer, papers, plan and card, review, progress."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.catalog import queries as catalog
from app.catalog.models import Mode, OfferKind, OfferVersion, Service
from app.core import clock
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import language
from app.core.ids import new_id
from app.customers import kyc
from app.customers import queries as customer_queries
from app.customers import service as customer_service
from app.customers.models import Customer, CustomerKind
from app.customers.papers import taken_in
from app.markets.queries import markets_of
from app.subscriptions import access, msisdn, queries
from app.subscriptions.models import Activation, ActivationStatus, ProfileState
from app.subscriptions.service import activations as service
from app.subscriptions.service import esims
from app.web import htmx
from app.web.fields import choice, choice_field, form_key
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.qr import qr
from app.web.step_up import confirmed
from app.workspace import bp, doors

PERMISSION = "subscriptions.activate"
FORMS = ("sim", "esim")
REGISTERED = ("market_code", "kind", "name", "email", "phone", "language", "city")


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen so far, as it travels from step to step in the address."""

    offer: str
    mode: str
    sim: str
    iccid: str
    number: str


@bp.get("/desk/activations")
@staff_with(PERMISSION)
def activations() -> ResponseReturnValue:
    asked = request.args.get("status", "")
    status = choice(ActivationStatus, asked, field="status") if asked else None
    return htmx.show(
        "workspace/activations/activations.html",
        "workspace/activations/_activations.html",
        found=queries.activations(current_actor(), status=status, after=request.args.get("after")),
        asked=asked,
        statuses=list(ActivationStatus),
    )


@bp.get("/desk/activations/new")
@staff_with(PERMISSION)
def choose_customer() -> ResponseReturnValue:
    text = request.args.get("q", "").replace("\0", "").strip()[:200]
    found = customer_queries.search(current_actor(), text, limit=20) if text else []
    return htmx.show(
        "workspace/activations/customer.html",
        "workspace/activations/_customers.html",
        asked=text,
        found=found,
    )


@bp.get("/desk/customers/new")
@staff_with("customers.update")
def ask_customer() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "workspace/activations/_new_customer.html",
        markets=markets_of(actor),
        kinds=list(CustomerKind),
    )


@bp.post("/desk/customers/new")
@staff_with("customers.update")
@takes(*REGISTERED)
def register_customer() -> ResponseReturnValue:
    given: dict[str, Any] = {name: request.form.get(name, "") for name in REGISTERED}
    if given["kind"] not in list(CustomerKind):
        raise Invalid(field="kind")
    customer = customer_service.register(by=current_actor(), **given)
    return htmx.go(url_for(".show_papers", customer_id=customer.id))


@bp.get("/desk/customers/<uuid:customer_id>/activate/papers")
@staff_with("kyc.submit")
def show_papers(customer_id: UUID) -> ResponseReturnValue:
    customer = doors.customer_for(customer_id)
    return render_template(
        "workspace/activations/papers.html",
        customer=customer,
        checks=kyc.checks_of(customer.id),
        papers=taken_in(customer.market_code),
        most=kyc.MOST_DOCUMENTS,
    )


@bp.post("/desk/customers/<uuid:customer_id>/activate/papers")
@staff_with("kyc.submit")
@takes("paper", "number", "documents")
def take_papers(customer_id: UUID) -> ResponseReturnValue:
    customer = doors.customer_for(customer_id)
    files = [each.read() for each in request.files.getlist("documents") if each.filename]
    kind = request.form.get("paper", "")
    if kind not in taken_in(customer.market_code):
        raise Invalid(field="paper")
    number = request.form.get("number", "")[:200]
    kyc.show_paper(customer.id, by=current_actor(), paper=kind, number=number, documents=files)
    return htmx.go(url_for(".choose_plan", customer_id=customer.id))


@bp.get("/desk/customers/<uuid:customer_id>/activate")
@staff_with(PERMISSION)
def choose_plan(customer_id: UUID) -> ResponseReturnValue:
    customer = doors.customer_for(customer_id)
    plans = catalog.offers(customer.market_code, service=Service.MOBILE, kind=OfferKind.PLAN)
    return render_template(
        "workspace/activations/choose.html",
        customer=customer,
        check=kyc.latest_check(customer.id),
        offers=[(each, _includes(each, customer)) for each in plans],
        numbers=queries.some_numbers(customer.market_code),
        for_people=msisdn.for_people,
    )


@bp.get("/desk/customers/<uuid:customer_id>/activate/review")
@staff_with(PERMISSION)
def review(customer_id: UUID) -> ResponseReturnValue:
    """Everything once more; nothing has happened yet."""
    customer, choice = doors.customer_for(customer_id), _choice(request.args)
    version = catalog.current_version(customer.market_code, choice.offer, choice.mode)
    return render_template(
        "workspace/activations/review.html",
        customer=customer,
        choice=choice,
        plan=version,
        includes=_includes(version, customer),
        check=kyc.latest_check(customer.id),
        number=msisdn.for_people(choice.number) if choice.number else "",
        tax_inclusive=customer.market.policies_at(clock.now()).tax_inclusive,
        key=str(new_id()),
    )


@bp.post("/desk/customers/<uuid:customer_id>/activate")
@staff_with(PERMISSION)
@takes("plan", "sim", "iccid", "number", "key")
def activate(customer_id: UUID) -> ResponseReturnValue:
    customer, choice = doors.customer_for(customer_id), _choice(request.form)
    actor = current_actor()
    accounts = customer_queries.accounts_of(customer.id)
    if not accounts:
        raise Invalid(field="customer_id")
    order = service.activate(
        accounts[0].id,
        by=actor,
        offer_code=choice.offer,
        mode=choice.mode,
        effect_key=f"desk:{actor.id}:{form_key()}",
        sim_form=choice.sim,
        iccid=choice.iccid or None,
        number=choice.number or None,
    )
    return htmx.go(url_for(".activation", activation_id=order.id))


@bp.get("/desk/activations/<uuid:activation_id>")
@staff_with(PERMISSION)
def activation(activation_id: UUID) -> ResponseReturnValue:
    """The page asks for its fragment again as long as the order moves."""
    return _shown(_order(activation_id))


@bp.post("/desk/activations/<uuid:activation_id>/retry")
@staff_with(PERMISSION)
@takes()
def retry_activation(activation_id: UUID) -> ResponseReturnValue:
    return _done(service.retry(activation_id, by=current_actor()))


@bp.post("/desk/activations/<uuid:activation_id>/cancel")
@staff_with(PERMISSION)
@takes()
def cancel_activation(activation_id: UUID) -> ResponseReturnValue:
    return _done(service.cancel(activation_id, by=current_actor()))


@bp.post("/desk/lines/<uuid:line_id>/esim/code")
@staff_with(PERMISSION)
@takes()
def line_esim(line_id: UUID) -> ResponseReturnValue:
    """The code for the customer's phone: whoever has it has the line. Looking is written down."""
    actor = current_actor()
    confirmed("subscriptions.esim", access.line_for(actor, line_id, PERMISSION).id)
    profile = esims.profile_for(line_id, by=actor, permission=PERMISSION)
    return render_template(
        "workspace/activations/_esim.html",
        line_id=line_id,
        profile=profile,
        picture=qr(profile.activation_code),
        states=list(ProfileState),
    )


@bp.post("/desk/lines/<uuid:line_id>/esim")
@staff_with(PERMISSION)
@takes("state")
def move_esim(line_id: UUID) -> ResponseReturnValue:
    state = choice_field("state", ProfileState)
    esims.move_profile(line_id, state, by=current_actor())
    return told(_("The state of the eSIM is saved."), changed="customer-changed")


def _shown(order: Activation) -> ResponseReturnValue:
    page, fragment = (
        "workspace/activations/activation.html",
        "workspace/activations/_activation.html",
    )
    return htmx.show(page, fragment, **_facts(order))


def _done(order: Activation) -> ResponseReturnValue:
    back_to = url_for(".activation", activation_id=order.id)
    return htmx.done("workspace/activations/_activation.html", back_to, **_facts(order))


def _facts(order: Activation) -> dict[str, Any]:
    g.timezone = order.customer.market.timezone
    return {"order": order, "number": msisdn.for_people(order.number)}


def _order(activation_id: UUID) -> Activation:
    return access.activation_for(current_actor(), activation_id, PERMISSION)


def _choice(sent: Any) -> Choice:
    """Raises Invalid for what no form of ours sends."""
    offer, _colon, mode = sent.get("plan", "").partition(":")
    sim = sent.get("sim", "")
    iccid, number = (sent.get(name, "").strip() for name in ("iccid", "number"))
    texts = (offer, iccid, number)
    if mode not in list(Mode) or sim not in FORMS or not offer:
        raise Invalid(field="plan")
    if any(len(each) > 80 or not each.isprintable() for each in texts):
        raise Invalid(field="plan")
    return Choice(offer, mode, sim, iccid, number)


def _includes(version: OfferVersion, customer: Customer) -> str:
    return catalog.allowances_text(version, language(), customer.market.locale_for(language()))
