"""Taking money with a way to pay that she had kept: which one, and how it went."""

from app.core.errors import NotFound, Refusal
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.core.ids import as_id
from app.payments import queries
from app.payments.access import saved_method_for
from app.payments.errors import MethodNotOffered
from app.payments.models import Payment, PaymentStatus, SavedMethod
from app.payments.service import is_chargeable
from app.payments.tracing import traced
from app.selfservice.asker import Asker
from app.selfservice.figures import spoken
from app.selfservice.traced import told


class NoSavedMethod(Refusal):
    code = "no_saved_method"
    message = lazy("There is no way to pay that you have kept.")


def methods_of(asker: Asker) -> list[SavedMethod]:
    """Those that can be charged now, hers by default first."""
    return [each for each in queries.saved_methods_of(asker.customer.id) if is_chargeable(each)]


def chosen(asker: Asker, method_id: str | None) -> SavedMethod:
    """The one named, else hers by default. Raises NoSavedMethod, NotFound, MethodNotOffered."""
    if method_id is not None:
        named = saved_method_for(asker.actor, as_id(method_id), "payments.take")
        if not is_chargeable(named):
            raise MethodNotOffered
        return named
    found = methods_of(asker)
    if not found:
        raise NoSavedMethod
    return found[0]


def any_kept(asker: Asker, method_id: str | None) -> SavedMethod:
    """As `chosen`, and also what can only be debited with notice, as AutoPay does."""
    if method_id is not None:
        return kept(asker, method_id)
    found = queries.saved_methods_of(asker.customer.id)
    if not found:
        raise NoSavedMethod
    return found[0]


def kept(asker: Asker, method_id: object) -> SavedMethod:
    """What she agreed to pay with, if it is still there. Raises NoSavedMethod."""
    try:
        return saved_method_for(asker.actor, as_id(method_id), "payments.take")
    except NotFound:
        raise NoSavedMethod from None


def outcome(payment: Payment, invoice: str | None, line: str | None, asker: Asker) -> str:
    """One sentence, as true as what the gateway has said."""
    if payment.status is not PaymentStatus.SUCCEEDED:
        return told(traced(payment, invoice, line), asker)
    amount = spoken(payment.money, asker)
    if invoice:
        return _("%(amount)s of bill %(number)s is paid. Thank you!", amount=amount, number=invoice)
    return _("%(amount)s was added.", amount=amount)
