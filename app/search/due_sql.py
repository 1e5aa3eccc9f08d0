"""What the engine does not know yet, noted by the database itself.

Words are not only written by services: persons are erased, secrets covered and old things let go
by whole statements. A trigger misses none of them, and its note commits with the change. Without
an engine there is no row in `search_index`, and nothing is noted.
"""

NOTE = """
CREATE OR REPLACE FUNCTION search_note() RETURNS trigger LANGUAGE plpgsql AS $$
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

_TICKET = """INSERT OR DELETE OR UPDATE OF subject, summary, resolution, market_code, language,
    status, customer_id, conversation_id, merged_into_id"""
_CONVERSATION = "UPDATE OF market_code, language, channel, status, assignee_id, customer_id"
# What is noted of each table, and when.
_FOLLOWED = {
    "ticket": ("ticket", _TICKET),
    "ticket_comment": ("ticket", "INSERT OR DELETE OR UPDATE OF body, ticket_id"),
    "message": ("message", "INSERT OR DELETE OR UPDATE OF body, kind"),
    "conversation": ("conversation", _CONVERSATION),
    "customer": ("customer", "INSERT OR DELETE OR UPDATE OF name, market_code, region"),
}

TRIGGERS = "".join(
    f"DROP TRIGGER IF EXISTS search_note ON {table};\n"
    f"CREATE TRIGGER search_note AFTER {when} ON {table}\n"
    f"    FOR EACH ROW EXECUTE FUNCTION search_note('{kind}');\n"
    for table, (kind, when) in _FOLLOWED.items()
)
