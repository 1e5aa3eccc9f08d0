"""search: what an engine beside PostgreSQL is yet to be told, noted by triggers."""

import sqlalchemy as sa
from alembic import op

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None

NOTE = """
CREATE FUNCTION search_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before uuid;
    now uuid;
BEGIN
    IF NOT EXISTS (SELECT FROM search_index) THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'ticket_comment' THEN
        IF TG_OP <> 'INSERT' THEN before := OLD.ticket_id; END IF;
        IF TG_OP <> 'DELETE' THEN now := NEW.ticket_id; END IF;
    ELSE
        IF TG_OP <> 'INSERT' THEN before := OLD.id; END IF;
        IF TG_OP <> 'DELETE' THEN now := NEW.id; END IF;
    END IF;
    INSERT INTO search_due (kind, key)
    SELECT TG_ARGV[0], key FROM unnest(ARRAY[before, now]) AS each (key)
    WHERE key IS NOT NULL GROUP BY key;
    RETURN NULL;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER search_note AFTER INSERT OR DELETE OR UPDATE OF subject, summary, resolution, market_code, language,
    status, customer_id, conversation_id, merged_into_id ON ticket
    FOR EACH ROW EXECUTE FUNCTION search_note('ticket');
CREATE TRIGGER search_note AFTER INSERT OR DELETE OR UPDATE OF body, ticket_id ON ticket_comment
    FOR EACH ROW EXECUTE FUNCTION search_note('ticket');
CREATE TRIGGER search_note AFTER INSERT OR DELETE OR UPDATE OF body, kind ON message
    FOR EACH ROW EXECUTE FUNCTION search_note('message');
CREATE TRIGGER search_note AFTER UPDATE OF market_code, language, channel, status, assignee_id, customer_id ON conversation
    FOR EACH ROW EXECUTE FUNCTION search_note('conversation');
CREATE TRIGGER search_note AFTER INSERT OR DELETE OR UPDATE OF name, market_code, region ON customer
    FOR EACH ROW EXECUTE FUNCTION search_note('customer');
"""


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("search_version")))
    op.create_table(
        "search_due",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_due")),
    )
    op.create_table(
        "search_index",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("filling", "serving", name="indexstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_search_index")),
    )
    op.execute(NOTE)
    op.execute(TRIGGERS)


def downgrade() -> None:
    for table in ("ticket", "ticket_comment", "message", "conversation", "customer"):
        op.execute(f"DROP TRIGGER search_note ON {table}")
    op.execute("DROP FUNCTION search_note")
    op.drop_table("search_index")
    op.drop_table("search_due")
    op.execute(sa.schema.DropSequence(sa.Sequence("search_version")))
