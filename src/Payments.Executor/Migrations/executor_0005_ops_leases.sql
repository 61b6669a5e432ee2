-- Whether somebody is at an operation, and until when it may be begun.

CREATE OR REPLACE VIEW ops_operation_v1 AS
SELECT operation_id, payment_id, order_id, kind, connection, state, outcome, psp_reference, amount_minor, currency,
       tries, reason, created_at, settled_at, coalesce(settlement_reference, psp_reference) AS settlement_reference,
       forward, lease_until, not_after, undoes
FROM operation;
