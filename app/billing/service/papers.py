"""PDFs of invoices: asked for by a reader, built by a worker, kept until the invoice changes."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.billing import papers
from app.billing.events import PaperAsked
from app.billing.models import Invoice, InvoicePaper
from app.billing.sight import Sight
from app.core import clock, db, events


def paper_of(invoice: Invoice, language: str, sight: Sight = Sight.ALL) -> InvoicePaper | None:
    """The paper as the invoice stands, None when nobody asked for it; its `pdf` once it is built.

    Whoever asks went through access.
    """
    key = (invoice.id, language, sight.value)
    found = db.session.get(InvoicePaper, key, populate_existing=True)
    return found if found is not None and found.edition == _edition(invoice) else None


def ask_paper(invoice: Invoice, language: str, sight: Sight = Sight.ALL) -> None:
    """Have it built. Asked for again, or by two at once, it is built once."""
    asked = {"edition": _edition(invoice), "pdf": None, "built_at": None}
    statement = insert(InvoicePaper).values(
        invoice_id=invoice.id, language=language, sight=sight.value, asked_at=clock.now(), **asked
    )
    changed = statement.on_conflict_do_update(
        index_elements=[InvoicePaper.invoice_id, InvoicePaper.language, InvoicePaper.sight],
        set_={**asked, "asked_at": clock.now()},
        where=InvoicePaper.edition != asked["edition"],
    )
    with db.transaction():
        if db.session.scalars(changed.returning(InvoicePaper.language)).all():
            events.announce(PaperAsked(invoice.id, language, _edition(invoice), sight.value))


def build_paper(invoice_id: UUID, language: str, edition: str, sight: Sight = Sight.ALL) -> None:
    """Lay it out, outside any transaction, and keep it if it is still wanted."""
    pdf = papers.pdf_of(invoice_id, language, sight)
    db.session.rollback()
    with db.transaction():
        db.session.execute(
            update(InvoicePaper)
            .where(
                InvoicePaper.invoice_id == invoice_id,
                InvoicePaper.language == language,
                InvoicePaper.sight == sight.value,
                InvoicePaper.edition == edition,
            )
            .values(pdf=pdf, built_at=clock.now())
        )


def _edition(invoice: Invoice) -> str:
    """What of it may change after it was issued."""
    parts = (invoice.status.value, invoice.paid, invoice.credited, invoice.debited)
    return ":".join(str(each) for each in parts)
