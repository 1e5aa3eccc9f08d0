"""The statements that sum facts by hour, and hours into what is longer and wider. Each set of facts
of an hour is thrown away and told anew, so that doing it twice is doing it once."""

from app.insights.facts import Fact
from app.insights.spells_sql import STAFFED

FORGET = """
DELETE FROM report_figure
WHERE fact = ANY(:facts) AND hour = ANY(CAST(:hours AS timestamptz[]))
"""

# Of hours that are told anew only what differs is carried into all that is made of them: what they
# were is taken off, what they are is put on. So a month costs no more than what has changed in it.
BEGIN_CHANGES = "CREATE TEMP TABLE told_anew (LIKE report_figure) ON COMMIT DROP"
TAKE_OFF = """
WITH gone AS ({forget} RETURNING report_figure.*)
INSERT INTO told_anew SELECT fact, hour, slice_id, bucket, -n, -total FROM gone
"""
PUT_ON = "WITH fresh AS ({told} RETURNING *) INSERT INTO told_anew SELECT * FROM fresh"
CHANGES = """
CREATE TEMP TABLE changed ON COMMIT DROP AS
SELECT fact, hour, slice_id, bucket, sum(n) AS n, sum(total) AS total FROM told_anew
GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0 OR sum(total) <> 0
"""
# The plans of what comes after it depend on how many they are.
COUNT_CHANGES = "ANALYZE changed"
FORGET_CHANGES = "DROP TABLE told_anew, changed"

# Days, months and the hours of a month's days, by the clock of the slice's market, are told twice:
# whoever the agent was, and whatever the channel and topic; hours and days also for all of them
# together, months also as they are. So their number grows with the desk, and not with the tickets.
WIDER_SLICES = """
INSERT INTO report_slice (market_code, channel, team_id, agent_id, topic)
WITH touched AS (
    SELECT * FROM report_slice WHERE id IN (SELECT slice_id FROM changed)
)
SELECT market_code, channel, team_id, CAST(:nobody AS uuid), topic FROM touched
UNION SELECT market_code, '', team_id, agent_id, '' FROM touched
UNION SELECT market_code, '', team_id, CAST(:nobody AS uuid), '' FROM touched
ON CONFLICT DO NOTHING
"""
_OF_ALL_AGENTS = "channel, CAST(:nobody AS uuid) AS agent_id, topic"
_OF_AN_AGENT = "'' AS channel, agent_id, '' AS topic"
_OF_ALL = "'' AS channel, CAST(:nobody AS uuid) AS agent_id, '' AS topic"
_AS_THEY_ARE = "channel, agent_id, topic"
# Backlogs are no sums of days.
_ADD_UP = f"fact <> {Fact.BACKLOG}"
_DAY = "date_trunc('day', hour, timezone)"
_MONTH = "date_trunc('month', hour, timezone)"
_CLOCK = """(date_trunc('month', hour AT TIME ZONE timezone)
    + CAST(hour AT TIME ZONE timezone AS time)) AT TIME ZONE 'UTC'"""
# Summed before the wider slices are looked for, or they are where the search begins.
WIDER_SUMS = [
    f"""
    MERGE INTO {table} AS kept USING (
        WITH summed AS MATERIALIZED (
            SELECT fact, {begins} AS hour, market_code, team_id, {alike}, bucket,
                sum(n) AS n, sum(total) AS total
            FROM changed JOIN report_slice ON report_slice.id = slice_id
            JOIN market ON market.code = market_code
            WHERE {which}
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
            HAVING sum(n) <> 0 OR sum(total) <> 0
        )
        SELECT fact, hour, report_slice.id AS slice_id, bucket, n, total FROM summed
        JOIN report_slice USING (market_code, channel, team_id, agent_id, topic)
    ) AS change ON (kept.fact, kept.hour, kept.slice_id, kept.bucket)
        = (change.fact, change.hour, change.slice_id, change.bucket)
    WHEN MATCHED AND kept.n + change.n = 0 THEN DELETE
    WHEN MATCHED THEN UPDATE SET n = kept.n + change.n, total = kept.total + change.total
    WHEN NOT MATCHED THEN INSERT VALUES (fact, hour, slice_id, bucket, n, total)
    """  # noqa: S608 - names of ours
    for table, begins, alike, which in (
        ("report_hour", "hour", _OF_ALL, "true"),
        ("report_whole_day", _DAY, _OF_ALL, "true"),
        ("report_day", _DAY, _OF_ALL_AGENTS, "true"),
        ("report_agent_day", _DAY, _OF_AN_AGENT, "true"),
        ("report_month", _MONTH, _OF_ALL_AGENTS, _ADD_UP),
        ("report_agent_month", _MONTH, _OF_AN_AGENT, _ADD_UP),
        ("report_slice_month", _MONTH, _AS_THEY_ARE, _ADD_UP),
        ("report_clock", _CLOCK, _OF_ALL_AGENTS, _ADD_UP),
        ("report_agent_clock", _CLOCK, _OF_AN_AGENT, _ADD_UP),
    )
]

# Each line: the fact, its hour, whether it counts, its length for the histogram, its amount.
SUM_CASES = f"""
INSERT INTO report_figure (fact, hour, slice_id, bucket, n, total)
SELECT told.fact, told.hour, slice_id, report_bucket(told.length), count(*),
    sum(coalesce(told.amount, told.length, 0))
FROM report_case CROSS JOIN LATERAL (VALUES
    ({Fact.OPENED}, opened_hour, true, CAST(NULL AS bigint), CAST(NULL AS bigint)),
    ({Fact.RESPONSE}, opened_hour, response_ms IS NOT NULL, response_ms, NULL),
    ({Fact.RESPONDED_IN_TIME}, opened_hour, responded_in_time, NULL, NULL),
    ({Fact.RESPONDED_LATE}, opened_hour, NOT responded_in_time, NULL, NULL),
    ({Fact.ANSWER}, opened_hour, answer_ms IS NOT NULL, answer_ms, NULL),
    ({Fact.ABANDONED}, opened_hour, abandoned, NULL, NULL),
    ({Fact.SOLVED}, solved_hour, true, NULL, NULL),
    ({Fact.REOPENED}, solved_hour, reopened, NULL, NULL),
    ({Fact.FIRST_CONTACT}, solved_hour, first_contact, NULL, NULL),
    ({Fact.RESOLVED}, resolved_hour, true, resolve_ms, NULL),
    ({Fact.RESOLVED_IN_TIME}, resolved_hour, resolved_in_time, NULL, NULL),
    ({Fact.RESOLVED_LATE}, resolved_hour, NOT resolved_in_time, NULL, NULL),
    ({Fact.HANDLE}, resolved_hour, handle_ms IS NOT NULL, handle_ms, NULL),
    ({Fact.WRAP}, resolved_hour, wrap_ms IS NOT NULL, wrap_ms, NULL),
    ({Fact.TRANSFERRED}, resolved_hour, transfers > 0, NULL, transfers)
) AS told (fact, hour, counts, length, amount)
WHERE told.counts AND told.hour = ANY(CAST(:hours AS timestamptz[])) AND (
    opened_hour = ANY(CAST(:hours AS timestamptz[]))
    OR solved_hour = ANY(CAST(:hours AS timestamptz[]))
    OR resolved_hour = ANY(CAST(:hours AS timestamptz[]))
)
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - names of ours

SUM_TALKS = f"""
INSERT INTO report_figure (fact, hour, slice_id, bucket, n, total)
SELECT told.fact, told.hour, slice_id, told.points, count(*), sum(told.points)
FROM report_talk CROSS JOIN LATERAL (VALUES
    ({Fact.STARTED}, started_hour, true, CAST(0 AS smallint)),
    ({Fact.WITH_BOT}, started_hour, with_bot, CAST(0 AS smallint)),
    ({Fact.HANDED_OVER}, started_hour, with_bot AND handed_over, CAST(0 AS smallint)),
    ({Fact.CSAT}, rated_hour, rating IS NOT NULL, rating)
) AS told (fact, hour, counts, points)
WHERE told.counts AND told.hour = ANY(CAST(:hours AS timestamptz[])) AND (
    started_hour = ANY(CAST(:hours AS timestamptz[]))
    OR rated_hour = ANY(CAST(:hours AS timestamptz[]))
)
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - names of ours

SUM_SURVEYS = f"""
INSERT INTO report_figure (fact, hour, slice_id, bucket, n, total)
SELECT told.fact, told.hour, slice_id, told.points, count(*), sum(told.points)
FROM survey CROSS JOIN LATERAL (VALUES
    ({Fact.ASKED}, asked_hour, true, CAST(0 AS smallint)),
    ({Fact.REPLIED}, asked_hour, answered_at IS NOT NULL, CAST(0 AS smallint)),
    ({Fact.CSAT_MAILED}, answered_hour, question = 'csat', score),
    ({Fact.NPS}, answered_hour, question = 'nps', score),
    ({Fact.CES}, answered_hour, question = 'ces', score)
) AS told (fact, hour, counts, points)
WHERE slice_id IS NOT NULL AND told.counts AND told.hour = ANY(CAST(:hours AS timestamptz[])) AND (
    asked_hour = ANY(CAST(:hours AS timestamptz[]))
    OR answered_hour = ANY(CAST(:hours AS timestamptz[]))
)
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - names of ours

# Agents' time counts in their first market, in no channel and on no topic.
_HOMES = """
homes AS (
    SELECT staff.id AS agent_id, coalesce(staff.team_id, CAST(:nobody AS uuid)) AS team_id,
        market.code AS market_code, market.timezone
    FROM staff JOIN market ON market.code = coalesce(
        staff.markets->>0, (SELECT min(code) FROM market)
    )
)
"""

SLICES_OF_TIME = f"""
INSERT INTO report_slice (market_code, channel, team_id, agent_id, topic)
WITH {_HOMES}
SELECT market_code, '', team_id, agent_id, '' FROM homes
ON CONFLICT DO NOTHING
"""  # noqa: S608 - names of ours

FORGET_TIME = """
DELETE FROM report_figure WHERE fact = ANY(:facts) AND hour >= :since AND hour < :until
"""

# Over the time that an agent was there is laid what she had open then, and both are cut at the
# hours of her market.
SUM_TIME = f"""
INSERT INTO report_figure (fact, hour, slice_id, bucket, n, total)
WITH {_HOMES}, {STAFFED}, busy AS (
    SELECT report_slice.agent_id,
        range_agg(tstzrange(accepted_at, coalesce(resolved_at, :ends))) AS during
    FROM report_case JOIN report_slice ON report_slice.id = report_case.slice_id
    WHERE accepted_at < least(coalesce(resolved_at, :ends), :ends)
    AND open_during && tstzrange(:since, :ends)
    GROUP BY report_slice.agent_id
), cut AS (
    SELECT homes.agent_id, homes.team_id, homes.market_code, begin.at AS hour,
        staffed.during * tstzmultirange(tstzrange(begin.at, begin.at + interval '1 hour'))
            AS staffed,
        coalesce(busy.during, tstzmultirange()) AS busy
    FROM homes JOIN staffed USING (agent_id) LEFT JOIN busy USING (agent_id)
    CROSS JOIN LATERAL generate_series(
        date_trunc('hour', CAST(:since AS timestamptz), homes.timezone),
        CAST(:ends AS timestamptz), interval '1 hour'
    ) AS begin (at)
), lengths AS (
    SELECT cut.*, report_length(cut.staffed) AS staffed_ms,
        report_length(cut.staffed * cut.busy) AS busy_ms
    FROM cut WHERE NOT isempty(cut.staffed)
)
SELECT told.fact, hour, report_slice.id, 0, 1, told.total
FROM lengths JOIN report_slice USING (market_code, team_id, agent_id)
CROSS JOIN LATERAL (VALUES ({Fact.STAFFED}, staffed_ms), ({Fact.BUSY}, busy_ms))
    AS told (fact, total)
WHERE report_slice.channel = '' AND report_slice.topic = '' AND hour >= :since AND hour < :until
"""  # noqa: S608 - names of ours

SUM_BACKLOG = f"""
INSERT INTO report_figure (fact, hour, slice_id, bucket, n, total)
SELECT {Fact.BACKLOG}, midnight.at, slice_id, report_bucket(report_ms(midnight.at - created_at)),
    count(*), sum(report_ms(midnight.at - created_at))
FROM unnest(CAST(:midnights AS timestamptz[])) AS midnight (at)
JOIN report_case ON open_during @> midnight.at
JOIN report_slice ON report_slice.id = slice_id
WHERE market_code = :market
GROUP BY 2, 3, 4
"""  # noqa: S608 - names of ours

FORGET_BACKLOG = f"""
DELETE FROM report_figure USING report_slice
WHERE fact = {Fact.BACKLOG} AND hour = ANY(CAST(:midnights AS timestamptz[]))
AND report_slice.id = slice_id AND market_code = :market
"""  # noqa: S608 - names of ours
