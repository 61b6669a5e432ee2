-- Lists of payments, newest first, whatever they are narrowed by, and however many payments have ended.

-- A payment that has no deadline any more changes no more: each of these indexes is written once per payment, where one
-- over every payment would be written at every step.
CREATE INDEX payment_ended ON payment (accepted_at DESC, payment_id DESC) WHERE deadline_at IS NULL;
CREATE INDEX payment_ended_merchant ON payment (merchant_id, accepted_at DESC, payment_id DESC) WHERE deadline_at IS NULL;
CREATE INDEX payment_ended_state ON payment (state, accepted_at DESC, payment_id DESC) WHERE deadline_at IS NULL;
CREATE INDEX payment_ended_merchant_state ON payment (merchant_id, state, accepted_at DESC, payment_id DESC)
    WHERE deadline_at IS NULL;

-- Few payments wait: they are narrowed one by one.
CREATE INDEX payment_waiting ON payment (accepted_at DESC, payment_id DESC) WHERE deadline_at IS NOT NULL;

DROP INDEX payment_merchant, payment_state;
