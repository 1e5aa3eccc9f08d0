"""What a charging request does to a line, as one function in the database: one round trip.

It holds the line's lock as rating does, so records and sessions never draw on the same unit.
What is reserved is taken from buckets and balance at once and given back when it was not used:
nobody else needs to know of reservations, and the balance cannot go below zero.
"""

CHARGING_PRICE = """
CREATE FUNCTION charging_price(
    units bigint, per bigint, price numeric, exponent int, half_even boolean
) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$
-- `price` for every `per` units, rounded once at the currency's exponent.
DECLARE
    exact numeric := coalesce(price, 0) * units / per;
    rounded numeric := round(exact, exponent);
BEGIN
    IF half_even AND abs(rounded - exact) * 2 = power(10::numeric, -exponent)
       AND mod(round(rounded * power(10::numeric, exponent)), 2) <> 0 THEN
        rounded := trunc(exact, exponent);
    END IF;
    RETURN rounded;
END $$;
"""

CHARGING_UNITS = """
CREATE FUNCTION charging_units(used bigint, minimum bigint, increment bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
-- The units that count: at least the minimum, then whole steps.
SELECT CASE WHEN used <= 0 THEN 0 WHEN used <= minimum THEN minimum
       ELSE minimum + ((used - minimum + increment - 1) / increment) * increment END
$$;
"""

CHARGE = """
CREATE FUNCTION charge_session(
    p_key text, p_number int, p_action text, p_markets text[], p_now timestamptz,
    p_used bigint, p_wanted bigint, p_validity interval,
    -- The rest is for `authorise` only; a session keeps its price.
    p_line uuid, p_kind text, p_other_party text, p_version uuid,
    p_per bigint, p_price numeric, p_minimum bigint, p_increment bigint, p_allowance boolean,
    p_currency text, p_exponent int, p_half_even boolean, p_order text[],
    OUT result text, OUT granted bigint, OUT final boolean, OUT paid numeric, OUT balance numeric,
    OUT currency text
) LANGUAGE plpgsql AS $$
DECLARE
    s charging_session;
    known charging_request;
    facts record;
    b record;
    is_new boolean;
    credit numeric;
    had numeric;
    ids uuid[] := '{}';
    stood bigint[] := '{}';   -- `used` as it stands in the bucket
    stands bigint[] := '{}';  -- `used` as it shall stand
    room bigint[] := '{}';    -- what can still be drawn; null is without limit
    held bigint[] := '{}';
    billed bigint;
    rest bigint;
    drawn bigint;
    place int;
    mine bigint;
    due numeric;
    pay numeric;
    money numeric := 0;
    can bigint;
    total bigint;
BEGIN
    SELECT * INTO s FROM charging_session WHERE key = p_key;
    is_new := NOT FOUND;
    IF is_new AND p_action <> 'authorise' THEN
        result := 'unknown_session';
        RETURN;
    END IF;
    SELECT l.id, l.status, l.mode, l.market_code, m.timezone INTO facts
        FROM line l JOIN market m ON m.code = l.market_code
        WHERE l.id = coalesce(s.line_id, p_line) FOR NO KEY UPDATE OF l;
    IF NOT FOUND OR NOT (p_markets IS NULL OR facts.market_code = ANY (p_markets)) THEN
        result := CASE WHEN p_action = 'authorise' THEN 'unknown_line' ELSE 'unknown_session' END;
        RETURN;
    END IF;

    -- The line's lock is held: nobody does the same between the question and the answer.
    SELECT * INTO known FROM charging_request WHERE session_key = p_key AND number = p_number;
    IF FOUND THEN
        IF (known.action, known.used, known.wanted) IS DISTINCT FROM (p_action, p_used, p_wanted)
            OR p_action = 'authorise' AND (s.line_id, s.kind) IS DISTINCT FROM (p_line, p_kind)
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
    SELECT * INTO s FROM charging_session WHERE key = p_key;
    is_new := NOT FOUND;
    IF p_action = 'authorise' THEN
        IF NOT is_new THEN result := 'session_exists'; RETURN; END IF;
        IF facts.mode <> 'prepaid' THEN result := 'not_prepaid'; RETURN; END IF;
        IF facts.status <> 'active' THEN result := 'not_in_service'; RETURN; END IF;
        PERFORM 1 FROM block WHERE line_id = facts.id AND lifted_at IS NULL
            AND effect IN ('outgoing', 'all');
        IF FOUND THEN result := 'blocked'; RETURN; END IF;
        PERFORM 1 FROM subscription WHERE line_id = facts.id AND kind = 'plan'
            AND starts_at <= p_now AND (ends_at IS NULL OR ends_at > p_now)
            AND offer_version_id = p_version;
        IF NOT FOUND THEN result := 'stale_price'; RETURN; END IF;
        s.key := p_key;
        s.line_id := facts.id;
        s.kind := p_kind;
        s.other_party := p_other_party;
        s.offer_version_id := p_version;
        s.per := p_per;
        s.price := p_price;
        s.minimum := p_minimum;
        s.increment := p_increment;
        s.allowance := p_allowance;
        s.currency := p_currency;
        s.exponent := p_exponent;
        s.half_even := p_half_even;
        s.bucket_order := p_order;
        s.opened_at := p_now;
        s.used := 0;
        s.uncovered := 0;
        s.due := 0;
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
    SELECT o.amount INTO had FROM balance o WHERE o.line_id = facts.id FOR UPDATE;
    had := coalesce(had, 0);
    credit := had + s.held_money;
    currency := s.currency;

    -- Settle what was used: buckets in their order first, then credit, never below zero.
    billed := charging_units(s.used, s.minimum, s.increment);
    s.used := s.used + p_used;
    rest := charging_units(s.used, s.minimum, s.increment) - billed;
    billed := billed + rest;
    FOR b IN
        SELECT id, used, bucket.granted + bucket.carried AS size, valid,
               coalesce(s.held_units[array_position(s.held_buckets, id)], 0) AS mine
        FROM bucket, LATERAL (SELECT (p_now AT TIME ZONE facts.timezone)::time AS hour) AS local,
            LATERAL (SELECT expires_at > p_now AND CASE
                WHEN since IS NULL THEN true
                WHEN until = '00:00' THEN hour >= since
                WHEN until <= since THEN hour >= since OR hour < until
                ELSE hour >= since AND hour < until END AS valid) AS here
        WHERE s.allowance AND line_id = facts.id AND kind = s.kind AND starts_at <= p_now
            AND (valid OR id = ANY (s.held_buckets))
        ORDER BY
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
        -- Of a bucket that expired meanwhile, or whose hours are over, only what was reserved in
        -- time may still be used.
        mine := b.mine;
        can := CASE WHEN NOT b.valid THEN mine
                    WHEN b.size IS NULL THEN NULL
                    ELSE greatest(0, b.size - (b.used - mine)) END;
        drawn := least(rest, can);
        rest := rest - drawn;
        IF drawn > 0 THEN
            place := array_position(s.drawn_buckets, b.id);
            IF place IS NULL THEN
                s.drawn_buckets := s.drawn_buckets || b.id;
                s.drawn_units := s.drawn_units || drawn;
            ELSE
                s.drawn_units[place] := s.drawn_units[place] + drawn;
            END IF;
        END IF;
        ids := ids || b.id;
        stood := stood || b.used;
        stands := stands || (b.used - mine + drawn);
        room := room || CASE WHEN b.valid THEN can - drawn ELSE 0 END;
    END LOOP;
    s.uncovered := s.uncovered + rest;
    due := charging_price(s.uncovered, s.per, s.price, s.exponent, s.half_even);
    pay := least(due - s.due, credit);
    credit := credit - pay;
    s.due := due;
    s.paid := s.paid + pay;

    -- Reserve what is wanted, or as much of it as buckets and credit can bear.
    granted := greatest(0, p_wanted);
    held := array_fill(0::bigint, ARRAY[cardinality(ids)]);
    IF granted > 0 THEN
        rest := charging_units(s.used + granted, s.minimum, s.increment) - billed;
        can := 0;
        FOR i IN 1 .. cardinality(ids) LOOP
            can := can + coalesce(room[i], rest);
        END LOOP;
        IF can < rest AND s.price > 0 THEN
            can := can + least(
                rest, greatest(0, floor(
                    trunc(credit + s.due, s.exponent) * s.per / s.price
                ) - s.uncovered)
            )::bigint;
            IF can < rest THEN
                total := billed + can;
                IF total < s.minimum THEN
                    total := 0;
                ELSE
                    total := s.minimum + ((total - s.minimum) / s.increment) * s.increment;
                END IF;
                granted := greatest(0, total - s.used);
                rest := CASE WHEN granted = 0 THEN 0 ELSE
                    charging_units(s.used + granted, s.minimum, s.increment) - billed END;
            END IF;
        END IF;
        FOR i IN 1 .. cardinality(ids) LOOP
            drawn := least(rest, room[i]);
            rest := rest - drawn;
            held[i] := drawn;
            stands[i] := stands[i] + drawn;
        END LOOP;
        money := charging_price(s.uncovered + rest, s.per, s.price, s.exponent, s.half_even)
            - s.due;
        credit := credit - money;
    END IF;
    final := granted < p_wanted;
    IF p_action = 'authorise' AND granted = 0 THEN
        result := 'exhausted';
        balance := had;
        RETURN;
    END IF;

    IF stands IS DISTINCT FROM stood THEN
        UPDATE bucket SET used = new.used
            FROM unnest(ids, stands, stood) AS new (id, used, before)
            WHERE bucket.id = new.id AND new.used <> new.before;
    END IF;
    IF credit <> had THEN
        UPDATE balance o SET amount = credit WHERE o.line_id = facts.id;
    END IF;
    IF pay > 0 THEN
        INSERT INTO balance_movement (id, line_id, at, reason, amount, effect_key)
        VALUES (gen_random_uuid(), facts.id, p_now, 'usage:' || s.kind, -pay,
                'charging:' || p_key || ':' || p_number);
    END IF;
    s.held_buckets := ids;
    s.held_units := held;
    s.held_money := money;
    s.valid_until := p_now + p_validity;
    IF p_action IN ('release', 'expire') THEN
        s.closed_at := p_now;
        s.ended_by := p_action;
        s.held_buckets := '{}';
        s.held_units := '{}';
    END IF;
    IF is_new THEN
        INSERT INTO charging_session SELECT s.*;
    ELSE
        UPDATE charging_session SET used = s.used, uncovered = s.uncovered, due = s.due,
            paid = s.paid, drawn_buckets = s.drawn_buckets, drawn_units = s.drawn_units,
            held_buckets = s.held_buckets, held_units = s.held_units,
            held_money = s.held_money, valid_until = s.valid_until, closed_at = s.closed_at,
            ended_by = s.ended_by
        WHERE key = p_key;
    END IF;
    result := 'done';
    paid := s.paid;
    balance := credit;
    INSERT INTO charging_request
        (session_key, number, action, used, wanted, granted, final, paid, balance, at)
    VALUES (p_key, p_number, p_action, p_used, p_wanted, granted, final, paid, balance, p_now);
END $$;
"""

FUNCTIONS = (CHARGING_PRICE, CHARGING_UNITS, CHARGE)
