"""Why a bill is as it is: line by line, and beside the one before it."""

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.api.bot.bill import asked_for, told
from app.billing import queries
from app.billing.compared import Comparison, comparison_of
from app.billing.compared import told as cause_of
from app.billing.documents import Row, document_of
from app.billing.models import Invoice
from app.core import dates
from app.core.i18n import gettext as _
from app.core.money import Money, total
from app.selfservice.asker import Asker
from app.selfservice.figures import exact, spoken, unsigned
from app.subscriptions import msisdn


@bp.get("/conversations/<uuid:conversation_id>/bill/explained")
@on_behalf("billing.read")
def explained_bill(asker: Asker) -> Answer:
    """`?number=` and `?month=` as for the bill."""
    invoice = asked_for(asker)
    document = document_of(invoice.id, asker.language)
    compared = comparison_of(invoice)
    debt = _owed_besides(invoice, asker)
    return {
        **told(invoice, asker),
        "lines": [_line(row, asker) for row in document.rows],
        "sentence": _sentence(invoice, compared, asker),
        "direction": _direction(compared),
        "difference": exact(compared.difference) if compared else None,
        "causes": _causes(compared, asker),
        "owed_besides": exact(debt),
        "owed_besides_text": spoken(debt, asker) if debt else None,
    }


def _line(row: Row, asker: Asker) -> Answer:
    return {
        "charge_id": str(row.charge_id),
        "text": str(row.label),
        "explanation": row.explanation,
        "label": msisdn.for_people(row.number) if row.number else None,
        "amount": exact(row.amount),
        "amount_text": spoken(row.amount, asker),
        "dispute_text": row.dispute_text or None,
        "can_be_disputed": row.amount.amount > 0 and not (row.dispute and row.dispute.is_open),
    }


def _causes(compared: Comparison | None, asker: Asker) -> list[Answer]:
    if compared is None:
        return []
    currency = compared.difference.currency
    return [
        {
            "cause": each.cause.value,
            "text": cause_of(each),
            "amount": exact(Money(each.amount, currency)),
            "amount_text": _signed(Money(each.amount, currency), asker),
        }
        for each in compared.changes
    ]


def _sentence(invoice: Invoice, compared: Comparison | None, asker: Asker) -> str:
    words = {
        "number": invoice.number,
        "total": spoken(invoice.total_money, asker),
        "period": dates.period_text(invoice.period_start, invoice.period_end, asker.locale),
    }
    if compared is None:
        return _("Bill %(number)s (%(period)s) is %(total)s. It is the first one.", **words)
    words["difference"] = spoken(unsigned(compared.difference), asker)
    words["before"] = spoken(compared.before.total_money, asker)
    sentences = {
        "higher": _(
            "Bill %(number)s (%(period)s) is %(total)s, %(difference)s more than the one before "
            "(%(before)s).",
            **words,
        ),
        "lower": _(
            "Bill %(number)s (%(period)s) is %(total)s, %(difference)s less than the one before "
            "(%(before)s).",
            **words,
        ),
        "same": _("Bill %(number)s (%(period)s) is %(total)s, as the one before.", **words),
    }
    return sentences[_direction(compared)]


def _direction(compared: Comparison | None) -> str:
    if compared is None:
        return "first"
    if not compared.difference:
        return "same"
    return "higher" if compared.difference.amount > 0 else "lower"


def _owed_besides(invoice: Invoice, asker: Asker) -> Money:
    """Earlier bills that are open: what is to be paid is more than this one."""
    others = (each for each in queries.open_invoices(asker.customer.id) if each.id != invoice.id)
    return total((each.due for each in others), asker.market.currency)


def _signed(money: Money, asker: Asker) -> str:
    return f"{'+' if money.amount > 0 else ''}{spoken(money, asker)}"
