-- Of an order from before orchestrator_0003 only the end of the last operation is kept. Where that one captures or undoes
-- another, the charge or authorization before it has ended too: when its answer is said again, it is no news.
UPDATE payment_order o
SET outcome = nullif(
    concat_ws(
        ' ',
        substring(o.forward_operation_id FROM '[^/]+/[^/]+$') || '=' || (
            SELECT h.event FROM payment_history h
            WHERE h.payment_id = o.payment_id AND h.order_id = o.order_id
              AND h.event IN ('OrderAuthorized', 'OrderCaptured', 'OrderActionRequired')
            ORDER BY h.sequence LIMIT 1),
        o.outcome),
    '')
WHERE o.operation_id <> o.forward_operation_id
  AND strpos(coalesce(o.outcome, ''), substring(o.forward_operation_id FROM '[^/]+/[^/]+$') || '=') = 0;
