-- Which operation a void or a refund undoes: what is voided by our key is looked for by it. And what a PSP's settlement files
-- call an operation, where that is not what the PSP's API calls it. Neither has an index: settling touches none.

ALTER TABLE operation
    ADD COLUMN undoes text,
    ADD COLUMN settlement_reference text;

CREATE OR REPLACE VIEW ops_operation_v1 AS
SELECT operation_id, payment_id, order_id, kind, connection, state, outcome, psp_reference, amount_minor, currency,
       tries, reason, created_at, settled_at, coalesce(settlement_reference, psp_reference) AS settlement_reference
FROM operation;
