"""Of which market an entry of the trail is, hashed where there is one."""

import sqlalchemy as sa
from alembic import op

revision = '0060'
down_revision = '0059'
branch_labels = None
depends_on = None

_FIELDS = (
    'e.id, (extract(epoch FROM e.at) * 1000000)::bigint, e.actor_kind, e.actor_id, e.actor_name,'
    " e.action, e.object_kind, e.object_id, e.changes, encode(e.seal, 'hex')"
)
_BEFORE = f'jsonb_build_array({_FIELDS})::text'
_SINCE = (
    f'CASE WHEN e.market_code IS NULL THEN jsonb_build_array({_FIELDS})'
    f' ELSE jsonb_build_array({_FIELDS}, e.market_code) END::text'
)


def _linked(said: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION audit_entry_linked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
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
    FOR entry IN SELECT e.id, e.at, {said} AS said FROM fresh e ORDER BY e.id LOOP
        place := place + 1;
        last_hash := sha256(last_hash || convert_to(entry.said, 'UTF8'));
        INSERT INTO public.audit_link (shard, number, entry_id, entry_at, hash)
            VALUES (chain, place, entry.id, entry.at, last_hash);
    END LOOP;
    RETURN NULL;
END $$;
"""


def upgrade() -> None:
    op.add_column('audit_entry', sa.Column('market_code', sa.Text(), nullable=True))
    op.execute(_linked(_SINCE))


def downgrade() -> None:
    """Entries that have a market are broken ones from then on: their hash says it."""
    op.execute(_linked(_BEFORE))
    op.drop_column('audit_entry', 'market_code')
