"""PDFs of invoices: asked for by a reader, built by a worker, kept until the invoice changes."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.billing import papers
from app.billing.events import PaperAsked
from app.billing.models import Invoice, InvoicePaper
from app.core import clock, db, events


def paper_of(invoice: Invoice, language: str) -> bytes | None:
    """The PDF as the invoice stands, or None: then it is being built, ask again in a moment.

    Whoever asks went through access.
    """
    edition = _edition(invoice)
    with db.transaction():
        found = db.session.get(InvoicePaper, (invoice.id, language), populate_existing=True)
        if found is not None and found.edition == edition:
            return found.pdf
        asked = {"edition": edition, "pdf": None, "asked_at": clock.now(), "built_at": None}
        statement = insert(InvoicePaper).values(invoice_id=invoice.id, language=language, **asked)
        keys = [InvoicePaper.invoice_id, InvoicePaper.language]
        changed = statement.on_conflict_do_update(
            index_elements=keys, set_=asked, where=InvoicePaper.edition != edition
        )
        if db.session.scalars(changed.returning(InvoicePaper.language)).all():
            events.announce(PaperAsked(invoice.id, language, edition))
    return None


def build_paper(invoice_id: UUID, language: str, edition: str) -> None:
    """Lay it out, outside any transaction, and keep it if it is still wanted."""
    pdf = papers.pdf_of(invoice_id, language)
    db.session.rollback()
    with db.transaction():
        db.session.execute(
            update(InvoicePaper)
            .where(
                InvoicePaper.invoice_id == invoice_id,
                InvoicePaper.language == language,
                InvoicePaper.edition == edition,
            )
            .values(pdf=pdf, built_at=clock.now())
        )


def _edition(invoice: Invoice) -> str:
    """What of it may change after it was issued."""
    parts = (invoice.status.value, invoice.paid, invoice.credited, invoice.debited)
    return ":".join(str(each) for each in parts)
