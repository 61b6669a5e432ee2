-- A journal is added up once, when it is whole, and not once more for each of its postings. When that has been done, all
-- its ordinals are taken: what is left to refuse of a posting is an ordinal beyond those that its journal promised.

CREATE FUNCTION refuse_surplus_posting() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT AS
$$
DECLARE
    promised integer;
BEGIN
    SELECT posting_count INTO promised FROM journal WHERE journal_id = NEW.journal_id;
    IF NEW.ordinal > promised THEN
        RAISE EXCEPTION 'Journal % has a posting % and only %', NEW.journal_id, NEW.ordinal, promised
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_is_whole', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;

DROP TRIGGER balances ON posting;
CREATE CONSTRAINT TRIGGER is_promised AFTER INSERT ON posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_surplus_posting();
ALTER TABLE posting ENABLE ALWAYS TRIGGER is_promised;
