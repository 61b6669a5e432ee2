-- Which operation a void or a refund undoes: what is voided by our key is looked for by it. And what a PSP's settlement files
-- call an operation, where that is not what the PSP's API calls it. Neither has an index: settling touches none.

ALTER TABLE operation
    ADD COLUMN undoes text,
    ADD COLUMN settlement_reference text;

CREATE OR REPLACE VIEW ops_operation_v1 AS
SELECT operation_id, payment_id, order_id, kind, connection, state, outcome, psp_reference, amount_minor, currency,
       tries, reason, created_at, settled_at, coalesce(settlement_reference, psp_reference) AS settlement_reference
FROM operation;

-- What the PSP has taken in and tells of later is not in doubt.
CREATE OR REPLACE VIEW ops_psp_connection_v1 AS
SELECT c.connection, c.process, c.adapter, c.breakers, c.in_flight, c.max_in_flight, c.max_per_second,
       c.max_control_per_second, c.recent, coalesce(u.in_doubt, 0) AS in_doubt, coalesce(u.waiting, 0) AS waiting,
       c.updated_at, c.updated_at < now() - interval '30 seconds' AS stale, coalesce(u.pending, 0) AS pending
FROM psp_connection c
LEFT JOIN (
    SELECT connection, count(*) FILTER (WHERE u.state = 'open' AND o.outcome = 'in_doubt')::integer AS in_doubt,
           count(*) FILTER (WHERE u.state = 'open' AND o.outcome = 'pending')::integer AS pending,
           count(*) FILTER (WHERE u.state = 'waiting')::integer AS waiting
    FROM operation_unsettled u JOIN operation o USING (operation_id, connection)
    GROUP BY connection) u USING (connection);
