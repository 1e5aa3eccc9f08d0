"""What a charging request does to a line, as one function in the database: one round trip.

It holds the line's lock as rating does, and those of whose plans it shares, so records and sessions
of a family never draw on the same unit.
What is reserved is taken from buckets and balance at once and given back when it was not used:
nobody else needs to know of reservations, and the balance cannot go below zero.
"""

CHARGE = """
CREATE FUNCTION charge_session(
    p_key text, p_number int, p_action text, p_markets text[], p_now timestamptz,
    p_used bigint, p_wanted bigint, p_validity interval, p_most bigint, p_longest_call bigint,
    -- The stretches of the tariff, for `authorise` and when those that are known are not enough.
    p_ats bigint[], p_prices numeric[], p_pers bigint[], p_minima bigint[],
    p_increments bigint[], p_known_until bigint,
    -- The rest is for `authorise` only; a session keeps its tariff.
    p_line uuid, p_kind text, p_other_party text, p_network text, p_version uuid,
    p_connect numeric, p_free_below bigint, p_priced_from timestamptz, p_before bigint,
    p_allowance boolean, p_currency text, p_exponent int, p_half_even boolean, p_order text[],
    OUT result text, OUT granted bigint, OUT final boolean, OUT paid numeric, OUT balance numeric,
    OUT currency text
) LANGUAGE plpgsql AS $$
DECLARE
    s charging_session;
    known charging_request;
    asked uuid;
    shares boolean;     -- somebody's plan, now or before
    facts record;
    b record;
    c record;
    is_new boolean;
    lasts boolean;      -- its units are the seconds it lasts
    barred boolean := false;
    had numeric;
    credit numeric;
    due numeric;
    money numeric := 0;
    wants bigint;
    base bigint;        -- units that calls before it counted, of which it is a part
    billed bigint;
    heard_at timestamptz;
    latest timestamptz;  -- the last moment that matters
    ids uuid[] := '{}';
    stood bigint[] := '{}';   -- `used` as it stands in the bucket
    others bigint[] := '{}';  -- `used` by all others
    taken bigint[] := '{}';   -- by the line, of what others share with it; null for its own
    room bigint[] := '{}';    -- what can be drawn; null is without limit
    starts timestamptz[] := '{}';
    expires timestamptz[] := '{}';
    sinces time[] := '{}';
    untils time[] := '{}';
    edges timestamptz[] := '{}';
    changing boolean := false;
    moments timestamptz[] := '{}';
    units bigint[] := '{}';
    p record;
    drawn bigint[];
    held bigint[];
    try bigint;
    low bigint := 0;
    high bigint;
    exact numeric;
    bearable numeric;
    more bigint;
    cost numeric;
BEGIN
    IF p_action = 'authorise' THEN
        asked := p_line;
    ELSE
        SELECT line_id INTO asked FROM charging_session WHERE key = p_key;
        IF NOT FOUND THEN result := 'unknown_session'; RETURN; END IF;
    END IF;
    PERFORM 1 FROM family_member WHERE line_id = asked LIMIT 1;
    shares := FOUND;
    IF shares THEN  -- a family is locked in this order by everybody
        FOR i IN 1 .. 2 LOOP  -- again: while we waited, it may have joined another
            PERFORM 1 FROM line WHERE id = asked
                OR id IN (SELECT owner_line_id FROM family_member WHERE line_id = asked)
                ORDER BY id FOR NO KEY UPDATE;
        END LOOP;
    END IF;
    SELECT l.id, l.status, l.mode, l.market_code, m.timezone INTO facts
        FROM line l JOIN market m ON m.code = l.market_code
        WHERE l.id = asked FOR NO KEY UPDATE OF l;
    IF NOT FOUND OR NOT (p_markets IS NULL OR facts.market_code = ANY (p_markets)) THEN
        result := CASE WHEN p_action = 'authorise' THEN 'unknown_line' ELSE 'unknown_session' END;
        RETURN;
    END IF;

    -- The line's lock is held: nobody does the same between the question and the answer.
    SELECT * INTO s FROM charging_session WHERE key = p_key;
    is_new := NOT FOUND;
    SELECT * INTO known FROM charging_request WHERE session_key = p_key AND number = p_number;
    IF FOUND THEN
        IF (known.action, known.used, known.wanted) IS DISTINCT FROM (p_action, p_used, p_wanted)
            OR p_action = 'authorise' AND (s.line_id, s.kind, s.other_party, s.network)
                IS DISTINCT FROM (p_line, p_kind, p_other_party, p_network)
        THEN
            result := 'differs';
        ELSE
            result := 'done';
            granted := known.granted;
            final := known.final;
            paid := known.paid;
            balance := known.balance;
            currency := s.currency;
        END IF;
        RETURN;
    END IF;
    PERFORM 1 FROM block WHERE line_id = facts.id AND lifted_at IS NULL
        AND effect IN ('outgoing', 'all');
    barred := FOUND;
    IF p_action = 'authorise' THEN
        IF NOT is_new THEN result := 'session_exists'; RETURN; END IF;
        IF facts.mode <> 'prepaid' THEN result := 'not_prepaid'; RETURN; END IF;
        IF facts.status <> 'active' THEN result := 'not_in_service'; RETURN; END IF;
        IF barred THEN result := 'blocked'; RETURN; END IF;
        PERFORM 1 FROM subscription WHERE line_id = facts.id AND kind = 'plan'
            AND starts_at <= p_now AND (ends_at IS NULL OR ends_at > p_now)
            AND offer_version_id = p_version;
        IF NOT FOUND THEN result := 'stale_price'; RETURN; END IF;
        s.key := p_key;
        s.line_id := facts.id;
        s.kind := p_kind;
        s.other_party := p_other_party;
        s.network := p_network;
        s.offer_version_id := p_version;
        s.connect := p_connect;
        s.free_below := p_free_below;
        s.priced_from := p_priced_from;
        s.before := p_before;
        s.allowance := p_allowance;
        s.currency := p_currency;
        s.exponent := p_exponent;
        s.half_even := p_half_even;
        s.bucket_order := p_order;
        s.opened_at := p_now;
        s.used := 0;
        s.paid := 0;
        s.drawn_buckets := '{}';
        s.drawn_units := '{}';
        s.held_buckets := '{}';
        s.held_units := '{}';
        s.held_money := 0;
    ELSIF s.closed_at IS NOT NULL THEN
        result := 'closed';
        RETURN;
    ELSIF p_action = 'expire' AND s.valid_until >= p_now THEN
        result := 'still_valid';
        RETURN;
    END IF;
    s.used := s.used + p_used;
    IF s.used > (CASE s.kind WHEN 'voice' THEN p_longest_call ELSE p_most END) THEN
        result := 'absurd';
        RETURN;
    END IF;
    barred := barred OR facts.status <> 'active';
    wants := CASE WHEN barred THEN 0
                  WHEN s.kind = 'voice' THEN least(p_wanted, p_longest_call - s.used)
                  ELSE p_wanted END;
    IF p_ats IS NOT NULL THEN
        s.ats := p_ats;
        s.prices := p_prices;
        s.pers := p_pers;
        s.minima := p_minima;
        s.increments := p_increments;
        s.known_until := p_known_until;
    END IF;
    IF s.before + s.used + wants > s.known_until THEN
        result := 'more_stretches';
        RETURN;
    END IF;
    SELECT o.amount INTO had FROM balance o WHERE o.line_id = facts.id FOR UPDATE;
    had := coalesce(had, 0);
    credit := had + s.held_money + s.paid;
    currency := s.currency;

    -- All that was used is settled anew as one record, from the beginning until now (for one that
    -- is silent, until it was last heard of): buckets in their order first, then credit.
    lasts := s.kind = 'voice' AND s.network IS NULL;
    heard_at := CASE WHEN lasts THEN s.opened_at + s.used * interval '1 second'
                    WHEN s.kind <> 'data' THEN s.opened_at
                    WHEN p_action = 'expire' THEN s.valid_until - p_validity
                    ELSE greatest(p_now, s.opened_at) END;
    latest := CASE WHEN lasts THEN heard_at + wants * interval '1 second' ELSE heard_at END;
    FOR b IN
        SELECT id, used, size, starts_at, expires_at, since_at, until_at, since, d.until,
            d.taken, cap,
            coalesce(s.drawn_units[array_position(s.drawn_buckets, id)], 0)
                + coalesce(s.held_units[array_position(s.held_buckets, id)], 0) AS mine
        FROM (
            SELECT k.id, k.used, k.granted + k.carried AS size, k.priority, k.starts_at,
                k.expires_at, k.starts_at AS since_at, k.expires_at AS until_at, k.since, k.until,
                NULL::bigint AS taken, NULL::bigint AS cap, k.networks IS NOT NULL AS abroad
            FROM bucket k WHERE k.line_id = facts.id AND k.kind = s.kind
                AND CASE WHEN k.networks IS NULL THEN s.allowance
                    ELSE coalesce(s.network ^@ ANY (k.networks), false) END
            UNION ALL
            SELECT *, false FROM charging_shared(facts.id, s.kind) WHERE shares AND s.allowance
        ) d
        WHERE until_at > s.opened_at AND since_at <= latest
            OR id = ANY (s.drawn_buckets || s.held_buckets)
        ORDER BY abroad,
            CASE s.bucket_order[1] WHEN 'priority' THEN priority
                WHEN 'age' THEN extract(epoch FROM starts_at)
                ELSE extract(epoch FROM expires_at) END,
            CASE s.bucket_order[2] WHEN 'priority' THEN priority
                WHEN 'age' THEN extract(epoch FROM starts_at)
                ELSE extract(epoch FROM expires_at) END,
            CASE s.bucket_order[3] WHEN 'priority' THEN priority
                WHEN 'age' THEN extract(epoch FROM starts_at)
                ELSE extract(epoch FROM expires_at) END,
            id
    LOOP
        ids := ids || b.id;
        stood := stood || b.used;
        others := others || (b.used - b.mine);
        taken := taken || (b.taken - b.mine);
        room := room || CASE WHEN b.size IS NOT NULL OR b.cap IS NOT NULL THEN greatest(0,
            least(b.size - (b.used - b.mine), b.cap - (b.taken - b.mine))) END;
        starts := starts || b.since_at;
        expires := expires || b.until_at;
        sinces := sinces || b.since;
        untils := untils || b.until;
        changing := changing OR b.since IS NOT NULL OR b.since_at > s.opened_at
            OR b.until_at <= latest;
    END LOOP;
    IF changing THEN
        edges := charging_edges(
            s.opened_at, latest, facts.timezone, starts, expires, sinces || untils);
    END IF;
    base := charging_counted(s.before, s.free_below, s.ats, s.minima, s.increments);
    billed := charging_counted(s.before + s.used, s.free_below, s.ats, s.minima, s.increments)
        - base;
    IF billed = 0 OR cardinality(ids) = 0 THEN  -- nothing to be given, or nobody who could
        drawn := array_fill(0::bigint, ARRAY[cardinality(ids)]);
        s.open_since := ARRAY[0];
        s.open_until := ARRAY[billed];
    ELSE
        SELECT * INTO p FROM charging_parts(s.opened_at, heard_at, billed, edges, moments, units);
        moments := p.moments;
        units := p.units;
        SELECT * INTO c FROM charging_cover(
            moments, units, facts.timezone, starts, expires, sinces, untils, room);
        drawn := c.taken;
        s.open_since := c.open_since;
        s.open_until := c.open_until;
    END IF;
    exact := charging_cost(
        s.open_since, s.open_until, base, s.connect, s.ats, s.prices, s.pers);
    due := coalesce(charging_rounded(exact, s.exponent, s.half_even), 0);
    s.due := due;
    paid := least(due, credit);
    credit := credit - paid;

    -- Reserve what is wanted, or as much of it as buckets and credit can bear, which must pay for
    -- it to the last decimal: found by halving, as more never costs less. What has no price is
    -- given by buckets only.
    bearable := trunc(credit + paid, s.exponent);
    held := array_fill(0::bigint, ARRAY[cardinality(ids)]);
    high := wants + 1;
    try := wants;
    granted := 0;
    WHILE try > low LOOP
        more := charging_counted(
            s.before + s.used + try, s.free_below, s.ats, s.minima, s.increments) - base - billed;
        IF cardinality(ids) = 0 THEN
            cost := charging_cost(ARRAY[0], ARRAY[billed + more], base, s.connect,
                s.ats, s.prices, s.pers);
        ELSE
            SELECT * INTO p FROM charging_parts(
                heard_at, CASE WHEN lasts THEN heard_at + try * interval '1 second'
                    ELSE heard_at END, more, edges, moments, units);
            SELECT * INTO c FROM charging_cover(
                p.moments, p.units, facts.timezone, starts, expires, sinces, untils, room);
            cost := charging_cost(
                c.open_since, c.open_until, base, s.connect, s.ats, s.prices, s.pers);
        END IF;
        IF cost = exact OR cost <= bearable THEN
            low := try;
            granted := try;
            money := charging_rounded(cost, s.exponent, s.half_even) - due;
            FOR i IN 1 .. cardinality(ids) LOOP held[i] := c.taken[i] - drawn[i]; END LOOP;
        ELSE
            high := try;
        END IF;
        try := low + (high - low) / 2;
    END LOOP;
    credit := credit - money;
    final := barred OR granted < p_wanted;
    IF p_action = 'authorise' AND granted = 0 THEN
        result := CASE WHEN s.prices[1] IS NULL THEN 'no_price' ELSE 'exhausted' END;
        balance := had;
        RETURN;
    END IF;

    IF cardinality(ids) > 0 THEN
        UPDATE bucket SET used = new.others + new.drawn + new.held
            FROM unnest(ids, stood, others, drawn, held) AS new (id, stood, others, drawn, held)
            WHERE bucket.id = new.id AND new.stood <> new.others + new.drawn + new.held;
    END IF;
    IF shares THEN
        INSERT INTO bucket_share (bucket_id, line_id, taken)
        SELECT new.id, facts.id, greatest(0, new.taken + new.drawn + new.held)
        FROM unnest(ids, taken, drawn, held) AS new (id, taken, drawn, held)
        WHERE new.taken IS NOT NULL
        ON CONFLICT (bucket_id, line_id) DO UPDATE SET taken = excluded.taken;
    END IF;
    IF credit <> had THEN
        UPDATE balance o SET amount = credit WHERE o.line_id = facts.id;
    END IF;
    IF paid <> s.paid THEN
        INSERT INTO balance_movement (id, line_id, at, reason, amount, effect_key)
        VALUES (gen_random_uuid(), facts.id, p_now, 'usage:' || s.kind, s.paid - paid,
                'charging:' || p_key || ':' || p_number);
    END IF;
    s.paid := paid;
    s.drawn_buckets := ids;
    s.drawn_units := drawn;
    s.held_buckets := ids;
    s.held_units := held;
    s.held_money := money;
    IF p_action IN ('release', 'expire') THEN
        s.closed_at := CASE p_action WHEN 'expire' THEN s.valid_until - p_validity ELSE p_now END;
        s.ended_by := p_action;
        s.held_buckets := '{}';
        s.held_units := '{}';
    ELSE
        s.valid_until := p_now + p_validity;
    END IF;
    IF is_new THEN
        INSERT INTO charging_session SELECT s.*;
    ELSE
        UPDATE charging_session SET used = s.used, due = s.due, paid = s.paid, ats = s.ats,
            prices = s.prices, pers = s.pers, minima = s.minima, increments = s.increments,
            known_until = s.known_until, open_since = s.open_since, open_until = s.open_until,
            drawn_buckets = s.drawn_buckets, drawn_units = s.drawn_units,
            held_buckets = s.held_buckets, held_units = s.held_units,
            held_money = s.held_money, valid_until = s.valid_until, closed_at = s.closed_at,
            ended_by = s.ended_by
        WHERE key = p_key;
    END IF;
    result := 'done';
    balance := credit;
    INSERT INTO charging_request
        (session_key, number, action, used, wanted, granted, final, paid, balance, at)
    VALUES (p_key, p_number, p_action, p_used, p_wanted, granted, final, paid, balance, p_now);
END $$;
"""
