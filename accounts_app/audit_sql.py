"""The triggers that keep the audit log as it was written, and the one way out of it.

Whoever owns the table can switch its triggers off, so the application signs in to PostgreSQL as a
role that doesn't (docs/operating.md, "Two database roles").
"""

# Sign-ins come in without end and without an account, so they alone are deleted after a time.
EPHEMERAL_ACTIONS = (
    "signed_in",
    "signed_out",
    "sign_in_failed",
    "sign_in_limited",
    "confirmed_again",
    "confirmation_failed",
    "browser_signed_out",
    "factor_failed",
    "password_reset_requested",
)
# However short somebody sets the time: no incident is a month old before it is looked into.
MIN_DAYS = 30

_EPHEMERAL = ", ".join(f"'{action}'" for action in EPHEMERAL_ACTIONS)
APPEND_ONLY = f"""
CREATE FUNCTION accounts_app_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('resolutionflow.purges_audit', true) = 'on' THEN
        IF TG_LEVEL = 'STATEMENT' THEN
            RETURN NULL;
        ELSIF OLD.action IN ({_EPHEMERAL}) AND OLD.at < now() - interval '{MIN_DAYS} days' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'The audit log is only written to, never changed.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON accounts_app_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_app_audit_append_only();
CREATE TRIGGER audit_statement_append_only BEFORE UPDATE OR DELETE ON accounts_app_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_app_audit_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON accounts_app_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_app_audit_append_only();

-- Runs with the rights of its owner: the application's role can't delete from the log itself.
CREATE FUNCTION accounts_app_purge_audit(before timestamptz, max_rows integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET resolutionflow.purges_audit = 'on' AS $$
DECLARE deleted integer;
BEGIN
    DELETE FROM accounts_app_auditentry WHERE id IN (
        SELECT id FROM accounts_app_auditentry
        WHERE at < least(before, now() - interval '{MIN_DAYS} days') AND action IN ({_EPHEMERAL})
        ORDER BY at LIMIT max_rows
    );
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END $$;
-- What runs with another's rights must not find tables or functions that the caller has made.
DO $$ BEGIN
    EXECUTE format(
        'ALTER FUNCTION accounts_app_purge_audit(timestamptz, integer) '
        'SET search_path = %I, pg_temp', current_schema()
    );
END $$;
"""  # noqa: S608 - names of actions and a number
CHANGEABLE = """
DROP FUNCTION accounts_app_purge_audit(timestamptz, integer);
DROP TRIGGER audit_no_truncate ON accounts_app_auditentry;
DROP TRIGGER audit_statement_append_only ON accounts_app_auditentry;
DROP TRIGGER audit_append_only ON accounts_app_auditentry;
DROP FUNCTION accounts_app_audit_append_only();
"""
