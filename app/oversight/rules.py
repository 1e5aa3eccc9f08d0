"""Which looks at people's data are odd: each rule is one statement over the trail.

A rule gives (actor, market, since, until, customers) groups. The effect key makes one alert of a
group, however often it is looked for; while it is open its count grows.
"""

from app.oversight.models import Rule

# Looks of the staff since a moment, with whom they looked at. `:limits` is what each market says.
SEEN = r"""
WITH limits AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:limits AS jsonb)) AS given
        (market text, timezone text, bulk int, run int, odd_from time, odd_until time,
         relatives boolean)
), seen AS MATERIALIZED (
    SELECT e.actor_id, e.actor_name, e.at, c.id AS customer_id, c.reference, c.name,
        c.market_code, l.bulk, l.run, l.odd_from, l.odd_until, l.relatives,
        e.at AT TIME ZONE l.timezone AS local, date_trunc('hour', e.at) AS hour,
        CAST(substring(c.reference FROM '\d{1,15}$') AS bigint) AS number
    FROM audit_entry e
    JOIN customer c ON c.id = CAST(e.object_id AS uuid)
    JOIN limits l ON l.market = c.market_code
    WHERE e.at >= :since AND e.actor_kind = 'staff' AND e.object_kind = 'customer'
        AND e.action LIKE 'customer.%\_viewed'
)
"""
_INSERT = """
INSERT INTO access_alert (id, effect_key, rule, market_code, actor_id, actor_name, since, until,
    count, customers, status, raised_at)
SELECT gen_random_uuid(), concat_ws(':', '{rule}', found.market_code, found.actor_id, found.slot),
    '{rule}', found.market_code, found.actor_id, found.actor_name, found.since, found.until,
    found.count, found.customers, 'open', :now
FROM ({found}) found
ON CONFLICT (effect_key) DO UPDATE
    SET count = excluded.count, customers = excluded.customers, until = excluded.until
    WHERE access_alert.status = 'open' AND access_alert.count < excluded.count
"""
# Of many customers the first twenty are named; how many there were is the count.
_GROUP = """
max(actor_name) AS actor_name, min(at) AS since, max(at) AS until,
count(DISTINCT customer_id) AS count,
(array_to_json((array_agg(DISTINCT jsonb_build_object(
    'id', customer_id, 'reference', reference)))[1:20]))::jsonb AS customers
"""
_BULK = f"""
SELECT actor_id, market_code, to_char(hour, 'YYYYMMDDHH24') AS slot, {_GROUP}
FROM seen GROUP BY actor_id, market_code, hour HAVING count(DISTINCT customer_id) > max(bulk)
"""
_ODD_HOURS = f"""
SELECT actor_id, market_code, to_char(local - odd_until, 'YYYYMMDD') AS slot, {_GROUP}
FROM seen
WHERE CASE WHEN odd_from <= odd_until
    THEN local::time >= odd_from AND local::time < odd_until
    ELSE local::time >= odd_from OR local::time < odd_until END
GROUP BY actor_id, market_code, slot
"""
_WATCHED = f"""
SELECT actor_id, market_code, to_char(local, 'YYYYMMDD') || ':' || reference AS slot, {_GROUP}
FROM seen JOIN watched_customer USING (customer_id)
GROUP BY actor_id, market_code, slot
"""
# The last name of both, or the last two where there are three and more; or one address of mail.
_RELATIVE = f"""
SELECT actor_id, market_code, to_char(local, 'YYYYMMDD') || ':' || reference AS slot, {_GROUP}
FROM (
    SELECT seen.*, regexp_split_to_array(lower(trim(seen.name)), '\\s+') AS hers,
        regexp_split_to_array(lower(trim(staff.name)), '\\s+') AS theirs,
        lower(customer.email) = lower(staff.email) AS is_same_address
    FROM seen JOIN staff ON staff.id = seen.actor_id JOIN customer ON customer.id = seen.customer_id
    WHERE seen.relatives AND customer.kind = 'person'
) pair
WHERE is_same_address
    OR hers[greatest(2, cardinality(hers) - 1):] && theirs[greatest(2, cardinality(theirs) - 1):]
GROUP BY actor_id, market_code, slot
"""
_ENUMERATION = f"""
SELECT actor_id, market_code, to_char(hour, 'YYYYMMDDHH24') || ':' || min(number) AS slot, {_GROUP}
FROM (
    SELECT seen.*, number - dense_rank() OVER (
        PARTITION BY actor_id, market_code, hour ORDER BY number) AS island
    FROM seen WHERE number IS NOT NULL
) counted
GROUP BY actor_id, market_code, hour, island HAVING count(DISTINCT customer_id) > max(run)
"""
_FOUND = {
    Rule.BULK: _BULK,
    Rule.ODD_HOURS: _ODD_HOURS,
    Rule.WATCHED: _WATCHED,
    Rule.RELATIVE: _RELATIVE,
    Rule.ENUMERATION: _ENUMERATION,
}


def statement(rule: Rule) -> str:
    """Takes `limits`, `since` and `now`."""
    return SEEN + _INSERT.format(rule=rule.value, found=_FOUND[rule])
