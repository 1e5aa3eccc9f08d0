"""A refund that did not arrive pays for chargebacks of the same payment first."""

import sqlalchemy as sa
from alembic import op

revision = '0058'
down_revision = '0057'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'refund', sa.Column('kept', sa.Numeric(18, 4), server_default='0', nullable=False)
    )
    op.create_check_constraint(op.f('ck_refund_kept'), 'refund', 'kept >= 0 AND kept <= amount')
    op.add_column(
        'chargeback', sa.Column('covered_later', sa.Numeric(18, 4), server_default='0', nullable=False)
    )
    op.create_check_constraint(
        op.f('ck_chargeback_covered_later'),
        'chargeback',
        'covered_later >= 0 AND covered + covered_later <= amount',
    )


def downgrade() -> None:
    op.drop_constraint(op.f('ck_chargeback_covered_later'), 'chargeback', type_='check')
    op.drop_column('chargeback', 'covered_later')
    op.drop_constraint(op.f('ck_refund_kept'), 'refund', type_='check')
    op.drop_column('refund', 'kept')
