"""What the database itself does for the trail: it links entries, makes months and drops old ones.

The functions run with the rights of whoever owns the tables; the application has only INSERT on
the entries and may not touch the links.
"""

# An entry as the hash sees it. Built of functions of PostgreSQL alone, in `verify` too, so that
# nobody's replaced function can vouch for a changed entry. A market comes last and only where there
# is one: the entries of before markets were written hash as they did.
_FIELDS = (
    "e.id, (extract(epoch FROM e.at) * 1000000)::bigint, e.actor_kind,"
    " e.actor_id, e.actor_name, e.action, e.object_kind, e.object_id, e.changes,"
    " encode(e.seal, 'hex')"
)
SAID = (
    f"CASE WHEN e.market_code IS NULL THEN jsonb_build_array({_FIELDS})"
    f" ELSE jsonb_build_array({_FIELDS}, e.market_code) END::text"
)

# Chains that transactions find free; with more at once further ones begin by themselves.
SHARDS = 64

APPEND_ONLY = """
CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
CREATE TRIGGER append_only_by_row BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only();
"""

# Taking a chain never waits: a lock that somebody holds is passed over, so no two transactions
# can wait for each other here. It is held until the transaction ends, so a chain never forks; and
# were it not held, the key of the links would refuse the second one. Tables are named with their
# schema, so that it needs no path of its own (a quarter of its cost): nobody can put functions
# before those of PostgreSQL.
LINKED = f"""
CREATE FUNCTION audit_entry_linked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    chain int := pg_backend_pid() % {SHARDS};
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
    FOR entry IN SELECT e.id, e.at, {SAID} AS said FROM fresh e ORDER BY e.id LOOP
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

# Nothing younger than five years goes, whatever the application asks for, and nothing of which
# no checkpoint says what it was.
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

SCHEMA = "CREATE SCHEMA IF NOT EXISTS audit_month"
# For entries whose month nobody has made: an audit entry never fails for want of a table.
OTHER = "CREATE TABLE audit_month.audit_entry_other PARTITION OF audit_entry DEFAULT"

GUARDED = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
"""
