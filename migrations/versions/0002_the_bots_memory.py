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
    """Rasa's own table, as its SQLTrackerStore makes it: Rasa may start before there is a schema
    to make it in, and does not try again."""
    op.execute("CREATE SCHEMA bot")
    op.execute(
        "CREATE TABLE bot.events (id serial PRIMARY KEY, sender_id varchar(255) NOT NULL,"
        " type_name varchar(255) NOT NULL, timestamp double precision,"
        " intent_name varchar(255), action_name varchar(255), data text)"
    )
    op.execute("CREATE INDEX ix_events_sender_id ON bot.events (sender_id)")


def downgrade() -> None:
    op.execute("DROP SCHEMA bot CASCADE")
