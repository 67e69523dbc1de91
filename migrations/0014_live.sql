-- Rows that come in while hosts run.

-- Equal fills are normal: only a fill id tells that a fill is one that was told before.
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT conname FROM pg_constraint WHERE conrelid = 'trades'::regclass AND contype = 'u' LOOP
        EXECUTE format('ALTER TABLE trades DROP CONSTRAINT %I', name);
    END LOOP;
END $$;

ALTER TABLE trades ADD CONSTRAINT trades_fill UNIQUE (user_id, at, fill_id);
