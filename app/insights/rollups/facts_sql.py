"""The statements that derive facts. What a row no longer says (its first acceptance, who had it
before, when it was reopened) is read from the trail, which is never changed.

Written so that their plans hold without statistics, which the first roll-up of a past finds nowhere
and which the application, owning no table, cannot have made. A table that nobody analyzed counts as
of 200 values each, and nearly nothing as NULL: so no first of many is asked for that an index of
times could be walked for, and a ticket's being merged is asked last.
"""

# Whose figures they are; `of` has market_code, channel, team_id, agent_id and topic.
WRITE_SLICES = """
INSERT INTO report_slice (market_code, channel, team_id, agent_id, topic)
SELECT DISTINCT market_code, channel, team_id, agent_id, topic FROM told
ON CONFLICT DO NOTHING
"""

# The ids in :ids, worked out once into a table that the statements after it read.
TELL_CASES = """
CREATE TEMP TABLE told ON COMMIT DROP AS
WITH wanted AS (SELECT unnest(CAST(:ids AS uuid[])) AS id),
entry AS MATERIALIZED (
    SELECT wanted.id AS ticket_id, audit_entry.id, at, action, changes
    FROM audit_entry JOIN wanted ON object_id = CAST(wanted.id AS text)
    WHERE object_kind = 'ticket' AND action IN (
        'ticket.accepted', 'ticket.transferred', 'ticket.requeued', 'ticket.resolved',
        'ticket.reopened'
    )
),
trail AS (
    SELECT entry.ticket_id AS id,
        min(entry.at) FILTER (WHERE entry.action = 'ticket.accepted' OR (
            entry.action = 'ticket.transferred' AND entry.changes->'to'->>1 IS NOT NULL
        )) AS accepted_at,
        min(entry.at) FILTER (WHERE entry.action = 'ticket.resolved') AS solved_at,
        count(*) FILTER (WHERE entry.action = 'ticket.requeued' OR (
            entry.action = 'ticket.transferred' AND entry.changes->'to'->>0 IS NOT NULL
        )) AS transfers,
        count(*) FILTER (WHERE entry.action = 'ticket.reopened') AS reopened,
        (array_agg(entry.changes->'to'->>0 ORDER BY entry.id) FILTER (
            WHERE entry.action IN ('ticket.accepted', 'ticket.transferred')
        ))[1] IS NOT NULL AS owned_from_the_start
    FROM entry GROUP BY entry.ticket_id
), closed AS (
    -- Two machines' clocks may differ: what comes later in the trail is never earlier.
    SELECT step.ticket_id AS id, range_agg(tstzrange(step.at, CASE
        WHEN step.until IS NOT NULL THEN greatest(step.at, step.until)
    END)) AS during
    FROM (
        SELECT ticket_id, at, action, min(at) FILTER (WHERE action = 'ticket.reopened') OVER (
            PARTITION BY ticket_id ORDER BY id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS until
        FROM entry
    ) AS step
    WHERE step.action = 'ticket.resolved' GROUP BY step.ticket_id
), known AS MATERIALIZED (
    SELECT ticket.id AS ticket_id, ticket.market_code, market.timezone,
        coalesce(conversation.channel, '') AS channel,
        coalesce(staff.team_id, ticket.team_id, inbox.team_id, CAST(:nobody AS uuid)) AS team_id,
        coalesce(ticket.assignee_id, CAST(:nobody AS uuid)) AS agent_id,
        ticket.topic, ticket.customer_id, ticket.conversation_id, ticket.status,
        ticket.created_at, ticket.accepted_at, ticket.resolved_at,
        ticket.respond_by, ticket.resolve_by, ticket.merged_into_id,
        coalesce(trail.accepted_at, ticket.accepted_at) AS first_accepted_at,
        coalesce(trail.solved_at, ticket.resolved_at) AS solved_at,
        coalesce(trail.transfers, 0) AS transfers,
        -- Whoever opens one in her own talk answers nobody who asked for a person.
        ticket.conversation_id IS NOT NULL AND NOT coalesce(trail.owned_from_the_start, false)
            AND NOT (trail.accepted_at IS NULL AND ticket.accepted_at IS NOT NULL
                AND ticket.accepted_at = ticket.created_at) AS asked,
        greatest(coalesce(trail.reopened, 0), ticket.reopened) > 0 AS reopened,
        coalesce(closed.during, CASE WHEN ticket.resolved_at IS NOT NULL
            THEN tstzmultirange(tstzrange(ticket.resolved_at, NULL))
            ELSE tstzmultirange() END) AS closed_during,
        CASE WHEN NOT promise.clocked THEN talk.response_at
            WHEN promise.awaited THEN promise.answered_at END AS response_at,
        talk.last_at, promise.clocked, promise.responded_in_time, promise.resolved_in_time
    FROM wanted JOIN ticket ON ticket.id = wanted.id
    JOIN market ON market.code = ticket.market_code
    LEFT JOIN conversation ON conversation.id = ticket.conversation_id
    LEFT JOIN inbox ON inbox.id = conversation.inbox_id
    LEFT JOIN staff ON staff.id = ticket.assignee_id
    LEFT JOIN trail ON trail.id = ticket.id
    LEFT JOIN closed ON closed.id = ticket.id
    LEFT JOIN LATERAL (
        SELECT min(message.at) FILTER (WHERE message.author = 'agent') AS response_at,
            max(message.at) FILTER (WHERE message.at <= ticket.resolved_at) AS last_at
        FROM message
        WHERE message.conversation_id = ticket.conversation_id
        AND message.kind = 'text' AND message.author IN ('agent', 'customer')
        AND message.at >= ticket.created_at AND message.at < coalesce((
            SELECT min(next.created_at) FILTER (WHERE next.created_at > ticket.created_at)
            FROM ticket AS next WHERE next.conversation_id = ticket.conversation_id
        ), 'infinity')
    ) AS talk ON true
    -- Clocks stop at the first words in a talk, on a call and on the ticket itself, stand still,
    -- and have others behind them: only they know what was kept. What came from elsewhere has none.
    LEFT JOIN LATERAL (
        SELECT count(*) > 0 AS clocked, bool_or(goal = 'first_response') AS awaited,
            min(stopped_at) FILTER (
                WHERE goal <> 'resolution' AND outcome = 'answered') AS answered_at,
            (array_agg(breached_at IS NULL ORDER BY started_at) FILTER (
                WHERE goal = 'first_response' AND outcome = 'answered'))[1] AS responded_in_time,
            (array_agg(breached_at IS NULL ORDER BY started_at DESC) FILTER (
                WHERE goal = 'resolution' AND stopped_at IS NOT NULL))[1] AS resolved_in_time
        FROM ticket_clock WHERE ticket_clock.ticket_id = ticket.id
    ) AS promise ON true
)
SELECT ticket_id, market_code, channel, team_id, agent_id, topic,
    created_at, accepted_at, resolved_at, transfers, reopened,
    date_trunc('hour', created_at, timezone) AS opened_hour,
    date_trunc('hour', solved_at, timezone) AS solved_hour,
    date_trunc('hour', resolved_at, timezone) AS resolved_hour,
    report_ms(response_at - created_at) AS response_ms,
    CASE WHEN clocked THEN responded_in_time ELSE response_at <= respond_by END
        AS responded_in_time,
    CASE WHEN asked THEN report_ms(first_accepted_at - created_at) END AS answer_ms,
    asked AND first_accepted_at IS NULL AND status IN ('resolved', 'closed') AS abandoned,
    report_ms(resolved_at - created_at) AS resolve_ms,
    CASE WHEN resolved_at IS NULL THEN NULL WHEN clocked THEN resolved_in_time
        ELSE resolved_at <= resolve_by END AS resolved_in_time,
    report_ms(resolved_at - accepted_at) AS handle_ms,
    CASE WHEN accepted_at IS NOT NULL AND last_at IS NOT NULL
        THEN report_ms(resolved_at - greatest(last_at, accepted_at)) END AS wrap_ms,
    solved_at IS NOT NULL AND NOT reopened AND NOT EXISTS (
        SELECT FROM ticket AS again
        WHERE again.customer_id = known.customer_id AND again.topic = known.topic
        AND again.id <> known.ticket_id AND again.merged_into_id IS NULL
        AND again.created_at > known.solved_at
        AND again.created_at <= known.solved_at + interval '7 days'
    ) AS first_contact,
    tstzmultirange(tstzrange(created_at, NULL)) - closed_during AS open_during
FROM known WHERE merged_into_id IS NULL
"""

# What was solved within seven days before one of these began: was that the first contact? It was
# not where this one follows it, and may have been where it does not any more.
BEFORE_THEM = """
INSERT INTO report_stale (kind, object_id)
SELECT DISTINCT 'ticket', earlier.id
FROM unnest(CAST(:ids AS uuid[])) AS wanted (id)
JOIN ticket AS later ON later.id = wanted.id
JOIN ticket AS earlier ON earlier.customer_id = later.customer_id
    AND earlier.id <> later.id AND earlier.created_at < later.created_at
JOIN report_case ON report_case.ticket_id = earlier.id
WHERE later.created_at > report_case.solved_hour
    AND later.created_at <= report_case.solved_hour + interval '7 days 1 hour'
    AND NOT report_case.reopened
    AND report_case.first_contact
        = (earlier.topic = later.topic AND later.merged_into_id IS NULL)
    AND NOT EXISTS (SELECT FROM told AS too WHERE too.ticket_id = earlier.id)
ON CONFLICT DO NOTHING
"""

# What is no more there (an erased person, a ticket merged into another) has no facts.
FORGET_CASES = """
DELETE FROM report_case WHERE ticket_id = ANY(CAST(:ids AS uuid[]))
    AND ticket_id NOT IN (SELECT ticket_id FROM told)
"""

FORGET_TALKS = """
DELETE FROM report_talk WHERE conversation_id = ANY(CAST(:ids AS uuid[]))
    AND conversation_id NOT IN (SELECT conversation_id FROM told)
"""

WRITE_CASES = """
INSERT INTO report_case (ticket_id, slice_id, opened_hour, solved_hour, resolved_hour, created_at,
    accepted_at, resolved_at, response_ms, responded_in_time, answer_ms, abandoned, resolve_ms,
    resolved_in_time, handle_ms, wrap_ms, transfers, reopened, first_contact, open_during)
SELECT told.ticket_id, report_slice.id, opened_hour, solved_hour, resolved_hour, created_at,
    accepted_at, resolved_at, response_ms, responded_in_time, answer_ms, abandoned, resolve_ms,
    resolved_in_time, handle_ms, wrap_ms, transfers, reopened, first_contact, open_during
FROM told JOIN report_slice USING (market_code, channel, team_id, agent_id, topic)
ON CONFLICT (ticket_id) DO UPDATE SET slice_id = excluded.slice_id,
    opened_hour = excluded.opened_hour, solved_hour = excluded.solved_hour,
    resolved_hour = excluded.resolved_hour, created_at = excluded.created_at,
    accepted_at = excluded.accepted_at, resolved_at = excluded.resolved_at,
    response_ms = excluded.response_ms, responded_in_time = excluded.responded_in_time,
    answer_ms = excluded.answer_ms, abandoned = excluded.abandoned,
    resolve_ms = excluded.resolve_ms, resolved_in_time = excluded.resolved_in_time,
    handle_ms = excluded.handle_ms, wrap_ms = excluded.wrap_ms, transfers = excluded.transfers,
    reopened = excluded.reopened, first_contact = excluded.first_contact,
    open_during = excluded.open_during
"""

CASE_HOURS = """
INSERT INTO report_stale_hour (kind, hour)
SELECT DISTINCT 'ticket', hour FROM report_case
CROSS JOIN LATERAL (VALUES (opened_hour), (solved_hour), (resolved_hour)) AS touched (hour)
WHERE ticket_id = ANY(CAST(:ids AS uuid[])) AND hour IS NOT NULL
ON CONFLICT DO NOTHING
"""

TELL_TALKS = """
CREATE TEMP TABLE told ON COMMIT DROP AS
SELECT conversation.id AS conversation_id, conversation.market_code, conversation.channel,
    coalesce(staff.team_id, inbox.team_id, CAST(:nobody AS uuid)) AS team_id,
    coalesce(conversation.assignee_id, CAST(:nobody AS uuid)) AS agent_id,
    coalesce((
        SELECT (array_agg(ticket.topic ORDER BY ticket.created_at DESC))[1]
        FROM ticket WHERE ticket.conversation_id = conversation.id
    ), '') AS topic,
    date_trunc('hour', conversation.created_at, market.timezone) AS started_hour,
    conversation.bot_seq > 0 AS with_bot,
    conversation.handed_over_at IS NOT NULL AS handed_over,
    CASE WHEN conversation.rating IS NOT NULL
        THEN date_trunc('hour', conversation.rated_at, market.timezone) END AS rated_hour,
    conversation.rating
FROM conversation
JOIN market ON market.code = conversation.market_code
JOIN inbox ON inbox.id = conversation.inbox_id
LEFT JOIN staff ON staff.id = conversation.assignee_id
WHERE conversation.id = ANY(CAST(:ids AS uuid[])) AND conversation.last_seq > 0
"""

WRITE_TALKS = """
INSERT INTO report_talk
    (conversation_id, slice_id, started_hour, with_bot, handed_over, rated_hour, rating)
SELECT conversation_id, report_slice.id, started_hour, with_bot, handed_over, rated_hour, rating
FROM told JOIN report_slice USING (market_code, channel, team_id, agent_id, topic)
ON CONFLICT (conversation_id) DO UPDATE SET slice_id = excluded.slice_id,
    started_hour = excluded.started_hour, with_bot = excluded.with_bot,
    handed_over = excluded.handed_over, rated_hour = excluded.rated_hour, rating = excluded.rating
"""

TALK_HOURS = """
INSERT INTO report_stale_hour (kind, hour)
SELECT DISTINCT 'talk', hour FROM report_talk
CROSS JOIN LATERAL (VALUES (started_hour), (rated_hour)) AS touched (hour)
WHERE conversation_id = ANY(CAST(:ids AS uuid[])) AND hour IS NOT NULL
ON CONFLICT DO NOTHING
"""

FORGET_TOLD = "DROP TABLE told"
