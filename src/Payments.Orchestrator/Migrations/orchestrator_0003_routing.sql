-- Routing knows health and explains itself; each order has a timetable of its own for asking its PSP.

-- The last state of each circuit breaker; each process of the executor has its own.
CREATE TABLE connection_health
(
    connection text        NOT NULL,
    step       text        NOT NULL,
    process    text        NOT NULL,
    state      text        NOT NULL,
    -- The executor's clock, for the order of events; our own, for their age.
    at         timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (connection, step, process)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON connection_health TO orchestrator_runtime;

ALTER TABLE payment ADD COLUMN state_since timestamptz;

-- How often the PSP was asked, or the operation sent again, since it has no certain end; and when that is next due.
ALTER TABLE payment_order ADD COLUMN asks integer NOT NULL DEFAULT 0, ADD COLUMN ask_at timestamptz;

-- What has no certain end now is asked about at its payment's next deadline.
UPDATE payment_order SET ask_at = now() WHERE doubt <> 'None';

-- Of every operation that ended, no more of the last one only: 'charge/1=OrderNotAttempted charge/2=OrderCaptured'.
UPDATE payment_order SET outcome = substring(operation_id FROM '[^/]+/[^/]+$') || '=' || outcome WHERE outcome IS NOT NULL;

-- What an entry is about beyond its names: the operation and its answer, the operations sent to PSPs, the routes chosen.
ALTER TABLE payment_history ADD COLUMN evidence jsonb;

CREATE OR REPLACE VIEW ops_order_v1 AS
SELECT o.payment_id, o.order_id, o.position, o.seller_id, o.amount_minor, o.fee_minor, p.currency, o.status, o.doubt,
       o.connection, o.psp_reference, o.reason, o.debt, o.operation_id,
       CASE WHEN o.status IN ('Recorded', 'Declined', 'NotAttempted', 'Voided', 'Refunded') THEN 0
            ELSE o.amount_minor END AS at_risk_minor
FROM payment_order o JOIN payment p USING (payment_id);

CREATE OR REPLACE VIEW ops_history_v1 AS
SELECT payment_id, sequence, from_state, event, to_state, at, order_id, message_id, sent, evidence
FROM payment_history;
