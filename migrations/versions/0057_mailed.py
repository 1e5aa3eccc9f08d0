"""Files that go with our own mails, and reports by mail with their table attached."""

import sqlalchemy as sa
from alembic import op

revision = '0057'
down_revision = '0056'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'enclosure',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('delivery_id', sa.Uuid(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('media_type', sa.Text(), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ['delivery_id'], ['delivery.id'], name=op.f('fk_enclosure_delivery_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_enclosure')),
    )
    op.create_index(op.f('ix_enclosure_delivery_id'), 'enclosure', ['delivery_id'], unique=False)
    op.add_column(
        'report_schedule', sa.Column('format', sa.Text(), server_default='', nullable=False)
    )
    op.create_check_constraint(
        op.f('ck_report_schedule_format'), 'report_schedule', "format IN ('', 'csv', 'xlsx')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f('ck_report_schedule_format'), 'report_schedule', type_='check')
    op.drop_column('report_schedule', 'format')
    op.drop_index(op.f('ix_enclosure_delivery_id'), table_name='enclosure')
    op.drop_table('enclosure')
