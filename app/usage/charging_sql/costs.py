"""What units cost by the stretches of a tariff, as functions in the database."""

CHARGING_UNITS = """
CREATE FUNCTION charging_units(used bigint, minimum bigint, increment bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
-- The units that count: at least the minimum, then whole steps.
SELECT CASE WHEN used <= 0 THEN 0 WHEN used <= minimum THEN minimum
       ELSE minimum + ((used - minimum + increment - 1) / increment) * increment END
$$;
"""

CHARGING_COUNTED = """
CREATE FUNCTION charging_counted(
    used bigint, free_below bigint, ats bigint[], minima bigint[], increments bigint[]
) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
-- The units that a use of so many counts, through the stretches of its tariff.
DECLARE
    i int := cardinality(ats);
BEGIN
    IF used <= 0 OR used < free_below THEN RETURN 0; END IF;
    WHILE i > 1 AND ats[i] >= used LOOP i := i - 1; END LOOP;
    RETURN ats[i] + charging_units(used - ats[i], minima[i], increments[i]);
END $$;
"""

CHARGING_COST = """
CREATE FUNCTION charging_cost(
    since bigint[], until bigint[], base bigint, connect numeric,
    ats bigint[], prices numeric[], pers bigint[]
) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$
-- What these spans of units cost, each in the stretches it lies in, with all decimals.
DECLARE
    exact numeric := 0;
    first bigint;
    last bigint;
BEGIN
    FOR n IN 1 .. cardinality(since) LOOP
        IF base + since[n] = 0 AND since[n] < until[n] THEN exact := exact + connect; END IF;
        FOR i IN 1 .. cardinality(ats) LOOP
            first := greatest(base + since[n], ats[i]);
            last := least(base + until[n], ats[i + 1]);
            IF first < last THEN
                exact := exact + (prices[i] * (last - first))::numeric(70, 28) / pers[i];
            END IF;
        END LOOP;
    END LOOP;
    RETURN exact;
END $$;
"""

CHARGING_ROUNDED = """
CREATE FUNCTION charging_rounded(exact numeric, exponent int, half_even boolean)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
-- At the currency's exponent; a half to the even neighbour or up.
SELECT CASE WHEN half_even
    AND abs(round(exact, exponent) - exact) * 2 = power(10::numeric, -exponent)
    AND mod(round(round(exact, exponent) * power(10::numeric, exponent)), 2) <> 0
    THEN trunc(exact, exponent) ELSE round(exact, exponent) END
$$;
"""
