"""The trail in the tables of its months, linked and signed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

COLUMNS = (
    "id, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, changes"
)
SAID = (
    "jsonb_build_array(e.id, (extract(epoch FROM e.at) * 1000000)::bigint, e.actor_kind,"
    " e.actor_id, e.actor_name, e.action, e.object_kind, e.object_id, e.changes,"
    " encode(e.seal, 'hex'))::text"
)
APPEND_ONLY = """
CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
"""
BY_ROW = """
CREATE TRIGGER append_only_by_row BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only();
"""
LINKED = """
CREATE FUNCTION audit_entry_linked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    chain int := pg_backend_pid() % 64;
    place bigint;
    last_hash bytea;
    entry record;
BEGIN
    WHILE NOT pg_try_advisory_xact_lock(7264002, chain) LOOP
        chain := chain + 1;
    END LOOP;
    SELECT link.number, link.hash INTO place, last_hash FROM public.audit_link link
        WHERE link.shard = chain ORDER BY link.number DESC LIMIT 1;
    place := coalesce(place, 0);
    last_hash := coalesce(last_hash, ''::bytea);
    FOR entry IN SELECT e.id, e.at, jsonb_build_array(e.id, (extract(epoch FROM e.at) * 1000000)::bigint, e.actor_kind, e.actor_id, e.actor_name, e.action, e.object_kind, e.object_id, e.changes, encode(e.seal, 'hex'))::text AS said FROM fresh e ORDER BY e.id LOOP
        place := place + 1;
        last_hash := sha256(last_hash || convert_to(entry.said, 'UTF8'));
        INSERT INTO public.audit_link (shard, number, entry_id, entry_at, hash)
            VALUES (chain, place, entry.id, entry.at, last_hash);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER linked AFTER INSERT ON audit_entry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_linked();
"""
MONTHS = """
CREATE FUNCTION audit_make_month(wanted date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    begins timestamptz := date_trunc('month', wanted::timestamp) AT TIME ZONE 'UTC';
    ends timestamptz := (date_trunc('month', wanted::timestamp) + interval '1 month')
        AT TIME ZONE 'UTC';
    name text := 'audit_entry_' || to_char(wanted, 'YYYY_MM');
BEGIN
    PERFORM pg_advisory_xact_lock(7264003);
    IF to_regclass('audit_month.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- What came before its month was made stays where everything without a month is.
    IF EXISTS (SELECT FROM public.audit_entry e WHERE e.at >= begins AND e.at < ends) THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE audit_month.%I PARTITION OF public.audit_entry'
        ' FOR VALUES FROM (%L) TO (%L)', name, begins, ends);
    RETURN true;
END $$;
"""
DROPPED = """
CREATE FUNCTION audit_drop_month(wanted date) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    begins timestamptz := date_trunc('month', wanted::timestamp) AT TIME ZONE 'UTC';
    ends timestamptz := (date_trunc('month', wanted::timestamp) + interval '1 month')
        AT TIME ZONE 'UTC';
    name text := 'audit_entry_' || to_char(wanted, 'YYYY_MM');
    gone bigint;
BEGIN
    IF ends > now() - interval '5 years' THEN
        RAISE EXCEPTION 'the audit trail of % is kept for five years', to_char(wanted, 'YYYY-MM');
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.audit_checkpoint c
        WHERE c.pruned_month = date_trunc('month', wanted::timestamp)::date
    ) THEN
        RAISE EXCEPTION 'no checkpoint says what % held', to_char(wanted, 'YYYY-MM');
    END IF;
    DELETE FROM public.audit_link l WHERE l.entry_at >= begins AND l.entry_at < ends;
    GET DIAGNOSTICS gone = ROW_COUNT;
    EXECUTE format('DROP TABLE IF EXISTS audit_month.%I', name);
    RETURN gone;
END $$;
"""
GUARDED = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
"""
# From two years ago, or from the oldest entry, until three months ahead.
MAKE_MONTHS = """
SELECT audit_make_month(month::date) FROM generate_series(
    least(date_trunc('month', now() AT TIME ZONE 'UTC') - interval '24 months',
        (SELECT date_trunc('month', min(at) AT TIME ZONE 'UTC') FROM audit_entry_before)),
    date_trunc('month', now() AT TIME ZONE 'UTC') + interval '3 months',
    interval '1 month') AS month
"""
# What is there already is chain -1, in its order.
LINK_WHAT_IS_THERE = f"""
DO $$
DECLARE
    place bigint := 0;
    last_hash bytea := ''::bytea;
    entry record;
BEGIN
    FOR entry IN SELECT e.id, e.at, {SAID} AS said FROM audit_entry e ORDER BY e.id LOOP
        place := place + 1;
        last_hash := sha256(last_hash || convert_to(entry.said, 'UTF8'));
        INSERT INTO audit_link (shard, number, entry_id, entry_at, hash)
            VALUES (-1, place, entry.id, entry.at, last_hash);
    END LOOP;
END $$;
"""


def upgrade() -> None:
    op.create_table(
        "audit_link",
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "number", name=op.f("pk_audit_link")),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pruned_month", sa.Date(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_checkpoint")),
    )
    op.create_index(
        "uq_audit_checkpoint_pruned_month",
        "audit_checkpoint",
        ["pruned_month"],
        unique=True,
        postgresql_where=sa.text("pruned_month IS NOT NULL"),
    )
    _put_aside()
    op.create_table(
        "audit_entry",
        *_columns(),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", "at", name=op.f("pk_audit_entry")),
        postgresql_partition_by="RANGE (at)",
    )
    _indexes()
    op.execute("CREATE SCHEMA audit_month")
    op.execute("CREATE TABLE audit_month.audit_entry_other PARTITION OF audit_entry DEFAULT")
    op.execute(MONTHS)
    op.execute(MAKE_MONTHS)
    _bring_back()
    op.execute(LINK_WHAT_IS_THERE)
    op.execute(APPEND_ONLY)
    op.execute(BY_ROW)
    op.execute(LINKED)
    op.execute(DROPPED)
    op.execute(GUARDED)
    _make_oversight()


def downgrade() -> None:
    op.drop_table("watched_customer")
    op.drop_table("access_alert")
    op.drop_table("audit_report")
    op.drop_table("audit_checkpoint")
    op.drop_table("audit_link")
    _put_aside()
    op.create_table(
        "audit_entry", *_columns(), sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry"))
    )
    _indexes()
    _bring_back()
    op.execute("DROP FUNCTION audit_entry_linked")
    op.execute("DROP FUNCTION audit_make_month")
    op.execute("DROP FUNCTION audit_drop_month")
    op.execute(APPEND_ONLY)
    op.execute("DROP SCHEMA audit_month")


def _columns() -> list[sa.Column]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    ]


def _indexes() -> None:
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor_id", "id"])
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_index("ix_audit_entry_object", "audit_entry", ["object_kind", "object_id", "id"])


def _put_aside() -> None:
    """Under another name, its indexes too, until what it holds is in the new table."""
    op.rename_table("audit_entry", "audit_entry_before")
    for name in ("pk_audit_entry", "ix_audit_entry_actor", "ix_audit_entry_at",
                 "ix_audit_entry_object"):
        op.execute(f"ALTER INDEX {name} RENAME TO {name}_before")


def _bring_back() -> None:
    op.execute(
        f"INSERT INTO audit_entry ({COLUMNS}) OVERRIDING SYSTEM VALUE"
        f" SELECT {COLUMNS} FROM audit_entry_before"
    )
    op.execute(
        "SELECT setval(pg_get_serial_sequence('audit_entry', 'id'), last.id)"
        " FROM (SELECT max(id) AS id FROM audit_entry) last WHERE last.id IS NOT NULL"
    )
    op.execute("DROP TABLE audit_entry_before")
    op.execute("DROP FUNCTION audit_entry_is_append_only CASCADE")


def _make_oversight() -> None:
    op.create_table('audit_report',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('figures', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('month', name=op.f('pk_audit_report'))
    )
    op.create_table('access_alert',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('effect_key', sa.Text(), nullable=False),
    sa.Column('rule', sa.Enum('bulk', 'odd_hours', 'watched', 'relative', 'enumeration', name='rule', native_enum=False, length=32), nullable=False),
    sa.Column('market_code', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=False),
    sa.Column('actor_name', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('customers', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('status', sa.Enum('open', 'explained', 'confirmed', name='alertstatus', native_enum=False, length=32), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('assigned_to', sa.Uuid(), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['assigned_to'], ['staff.id'], name=op.f('fk_access_alert_assigned_to')),
    sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_access_alert_decided_by')),
    sa.ForeignKeyConstraint(['market_code'], ['market.code'], name=op.f('fk_access_alert_market_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_alert')),
    sa.UniqueConstraint('effect_key', name=op.f('uq_access_alert_effect_key'))
    )
    op.create_index('ix_access_alert_actor', 'access_alert', ['actor_id', 'raised_at'], unique=False)
    op.create_index('ix_access_alert_status', 'access_alert', ['status', 'raised_at'], unique=False)
    op.create_table('watched_customer',
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('added_by', sa.Uuid(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['staff.id'], name=op.f('fk_watched_customer_added_by')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_watched_customer_customer_id')),
    sa.PrimaryKeyConstraint('customer_id', name=op.f('pk_watched_customer'))
    )
