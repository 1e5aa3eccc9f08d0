"""When agents were there: what each did from when to when, as far as it lies in a time."""

# A common table expression `staffed (agent_id, during)`, between `:since` and `:ends`.
STAFFED = """
staffed AS (
    SELECT staff_id AS agent_id,
        range_agg(tstzrange(greatest(began_at, :since), least(coalesce(ended_at, :ends), :ends)))
            AS during
    FROM agent_spell
    WHERE availability IN ('available', 'wrap_up')
        AND began_at < :ends AND (ended_at > greatest(:since, began_at) OR ended_at IS NULL)
    GROUP BY staff_id
)
"""
