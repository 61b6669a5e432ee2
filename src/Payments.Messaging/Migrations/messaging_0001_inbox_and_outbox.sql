-- The tables every service that consumes or sends durably has in its own schema.

-- Insert-only: one row per delivery that was settled. Dropped a day's partition at a time.
CREATE TABLE inbox
(
    message_id  uuid        NOT NULL,
    consumer    text        NOT NULL,
    settled_at  timestamptz NOT NULL DEFAULT now(),
    sent        integer     NOT NULL,
    PRIMARY KEY (message_id, consumer)
) PARTITION BY RANGE (message_id);

-- What was said in answer to a delivery: said again, under the same ids, when the delivery comes again.
CREATE TABLE inbox_message
(
    message_id  uuid     NOT NULL,
    consumer    text     NOT NULL,
    ordinal     integer  NOT NULL,
    sent_id     uuid     NOT NULL,
    exchange    text     NOT NULL,
    type        text     NOT NULL,
    trace       text,
    body        bytea    NOT NULL,
    PRIMARY KEY (message_id, consumer, ordinal)
) PARTITION BY RANGE (message_id);

-- Messages of work that has no delivery behind it: timers, HTTP, operators.
CREATE TABLE outbox
(
    sent_id       uuid        NOT NULL PRIMARY KEY,
    exchange      text        NOT NULL,
    type          text        NOT NULL,
    trace         text,
    body          bytea       NOT NULL,
    claimed_until timestamptz NOT NULL DEFAULT '-infinity'
);

-- The lowest ULID of a day, as uuid: 48 bits of milliseconds, then zeros.
CREATE FUNCTION lowest_ulid(day date) RETURNS uuid
    LANGUAGE sql IMMUTABLE AS
$$
    SELECT (lpad(to_hex((extract(epoch FROM day::timestamp) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Creates the partitions of the given days where they are missing.
CREATE FUNCTION ensure_partitions(first date, last date) RETURNS void
    LANGUAGE plpgsql AS
$$
DECLARE
    day    date;
    parent text;
    child  text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['inbox', 'inbox_message'] LOOP
        FOR day IN SELECT generate_series(first, last, interval '1 day')::date LOOP
            child := parent || '_' || to_char(day, 'YYYYMMDD');
            IF to_regclass(child) IS NULL THEN
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', child, parent);
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                    parent, child, lowest_ulid(day), lowest_ulid(day + 1));
            END IF;
        END LOOP;
    END LOOP;
END
$$;

SELECT ensure_partitions((now() AT TIME ZONE 'UTC')::date - 2, (now() AT TIME ZONE 'UTC')::date + 7);

DO
$$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON inbox, inbox_message TO %I', current_schema() || '_runtime');
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO %I', current_schema() || '_runtime');
END
$$;
