"""trust

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('sign_on_attempt', sa.Column('answer', sa.LargeBinary(), nullable=True))
    op.add_column('invoice_paper', sa.Column('sight', sa.Text(), server_default='all', nullable=False))
    op.alter_column('invoice_paper', 'sight', server_default=None)
    op.drop_constraint('pk_invoice_paper', 'invoice_paper', type_='primary')
    op.create_primary_key('pk_invoice_paper', 'invoice_paper', ['invoice_id', 'language', 'sight'])


def downgrade() -> None:
    op.drop_column('sign_on_attempt', 'answer')
    op.execute("DELETE FROM invoice_paper WHERE sight <> 'all'")
    op.drop_constraint('pk_invoice_paper', 'invoice_paper', type_='primary')
    op.create_primary_key('pk_invoice_paper', 'invoice_paper', ['invoice_id', 'language'])
    op.drop_column('invoice_paper', 'sight')
