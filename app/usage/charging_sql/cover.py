"""What buckets give of a use, each of its parts at its own moment, as functions in the database."""

CHARGING_EDGES = """
CREATE FUNCTION charging_edges(
    since timestamptz, until timestamptz, zone text,
    starts timestamptz[], expires timestamptz[], hours time[]
) RETURNS timestamptz[] LANGUAGE sql STABLE AS $$
-- The moments between at which a bucket begins or ends, its hours do, or the clock is changed. A
-- time of day that comes twice counts twice; one more moment than there need be does no harm.
SELECT coalesce(array_agg(DISTINCT edge ORDER BY edge), '{}') FROM (
    SELECT unnest(starts || expires) AS edge
    UNION ALL
    SELECT (day + hour + shift) AT TIME ZONE zone - shift
    FROM generate_series(
        date_trunc('day', since AT TIME ZONE zone), until AT TIME ZONE zone, interval '1 day'
    ) AS day, unnest(hours) AS hour,
        unnest(ARRAY[interval '0', interval '1 hour', interval '-1 hour']) AS shift
    WHERE hour IS NOT NULL
    UNION ALL
    SELECT tick FROM generate_series(
        date_trunc('hour', since), until, interval '30 minutes'
    ) AS tick
    WHERE num_nonnulls(VARIADIC hours) > 0 AND tick AT TIME ZONE zone
        <> (tick - interval '30 minutes') AT TIME ZONE zone + interval '30 minutes'
) AS edges WHERE edge > since AND edge < until
$$;
"""

CHARGING_PARTS = """
CREATE FUNCTION charging_parts(
    since timestamptz, until timestamptz, quantity bigint, edges timestamptz[],
    INOUT moments timestamptz[], INOUT units bigint[]
) LANGUAGE plpgsql IMMUTABLE AS $$
-- The units of a time in parts, in proportion, cut at the edges: put behind those that are given.
DECLARE
    whole numeric := round(extract(epoch FROM until - since) * 1000000);
    given bigint := 0;
    upto bigint;
BEGIN
    moments := moments || since;
    FOR i IN 1 .. cardinality(edges) LOOP
        IF edges[i] > since AND edges[i] < until THEN
            upto := div(2 * quantity * round(extract(epoch FROM edges[i] - since) * 1000000)
                + whole, 2 * whole);
            units := units || (upto - given);
            moments := moments || edges[i];
            given := upto;
        END IF;
    END LOOP;
    units := units || (quantity - given);
END $$;
"""

CHARGING_COVER = """
CREATE FUNCTION charging_cover(
    moments timestamptz[], units bigint[], zone text, starts timestamptz[],
    expires timestamptz[], sinces time[], untils time[], room bigint[],
    OUT taken bigint[], OUT open_since bigint[], OUT open_until bigint[]
) LANGUAGE plpgsql STABLE AS $$
-- What buckets give of these parts, in their order, each at its own moment; the spans that none
-- covers.
DECLARE
    place bigint := 0;
    rest bigint;
    drawn bigint;
    hour time;
BEGIN
    taken := array_fill(0::bigint, ARRAY[cardinality(room)]);
    open_since := '{}';
    open_until := '{}';
    FOR n IN 1 .. cardinality(moments) LOOP
        rest := units[n];
        FOR i IN 1 .. cardinality(room) LOOP
            EXIT WHEN rest = 0;
            CONTINUE WHEN moments[n] < starts[i] OR moments[n] >= expires[i];
            IF sinces[i] IS NOT NULL THEN
                hour := (moments[n] AT TIME ZONE zone)::time;
                CONTINUE WHEN NOT CASE
                    WHEN untils[i] = '00:00' THEN hour >= sinces[i]
                    WHEN untils[i] <= sinces[i] THEN hour >= sinces[i] OR hour < untils[i]
                    ELSE hour >= sinces[i] AND hour < untils[i] END;
            END IF;
            drawn := least(rest, room[i] - taken[i]);
            taken[i] := taken[i] + drawn;
            rest := rest - drawn;
        END LOOP;
        place := place + units[n];
        IF rest > 0 THEN
            open_since := open_since || (place - rest);
            open_until := open_until || place;
        END IF;
    END LOOP;
END $$;
"""

# Not in SQL, which would be planned into whoever asks, and said to be cheap, or whoever asks would
# be planned anew each time: either would cost those too who share with nobody.
CHARGING_SHARED = """
CREATE FUNCTION charging_shared(p_line uuid, p_kind text)
RETURNS TABLE (
    id uuid, used bigint, size bigint, priority int, starts_at timestamptz,
    expires_at timestamptz, since_at timestamptz, until_at timestamptz, since time, until time,
    taken bigint, cap bigint
) LANGUAGE plpgsql STABLE COST 1 ROWS 1 AS $$
-- What a family shares with a line, for home: behind its own, while it is a member, up to its cap
-- of today.
BEGIN
    RETURN QUERY
    SELECT k.id, k.used, k.granted + k.carried, 2, k.starts_at, k.expires_at,
        greatest(k.starts_at, f.joined_at), least(k.expires_at, f.left_at), k.since, k.until,
        coalesce(t.taken, 0), CASE p_kind WHEN 'data' THEN f.cap END
    FROM (
        SELECT DISTINCT ON (m.owner_line_id) m.owner_line_id, m.joined_at, m.left_at, m.cap
        FROM family_member m WHERE m.line_id = p_line
        ORDER BY m.owner_line_id, m.joined_at DESC
    ) f
    JOIN bucket k ON k.line_id = f.owner_line_id AND k.kind = p_kind AND k.networks IS NULL
    JOIN subscription u ON u.id = k.subscription_id
    JOIN offer_version v ON v.id = u.offer_version_id AND v.shared_with > 0
    LEFT JOIN bucket_share t ON t.bucket_id = k.id AND t.line_id = p_line;
END $$;
"""
