"""The bot's memory: a schema that Rasa fills by itself

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-25 14:52:00
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA bot")


def downgrade() -> None:
    op.execute("DROP SCHEMA bot CASCADE")
