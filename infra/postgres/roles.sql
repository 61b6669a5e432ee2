-- The database, its schemas and roles; run by a superuser, and harmless to run again.
-- Passwords come from the environment, so that no command line shows them: PAYMENTS_<ROLE>_PASSWORD.
-- Per service an owner, which migrates, and a runtime role, which gets nothing but what migrations grant it.
-- ops_reader sees the views that each service offers to operators and checkers, and only reads.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;

\getenv orchestrator_owner PAYMENTS_ORCHESTRATOR_OWNER_PASSWORD
\getenv orchestrator_runtime PAYMENTS_ORCHESTRATOR_RUNTIME_PASSWORD
\getenv executor_owner PAYMENTS_EXECUTOR_OWNER_PASSWORD
\getenv executor_runtime PAYMENTS_EXECUTOR_RUNTIME_PASSWORD
\getenv wallets_owner PAYMENTS_WALLETS_OWNER_PASSWORD
\getenv wallets_runtime PAYMENTS_WALLETS_RUNTIME_PASSWORD
\getenv ledger_owner PAYMENTS_LEDGER_OWNER_PASSWORD
\getenv ledger_runtime PAYMENTS_LEDGER_RUNTIME_PASSWORD
\getenv operations_owner PAYMENTS_OPERATIONS_OWNER_PASSWORD
\getenv operations_runtime PAYMENTS_OPERATIONS_RUNTIME_PASSWORD
\getenv ops_reader PAYMENTS_OPS_READER_PASSWORD

SELECT 'CREATE DATABASE payments'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'payments')
\gexec

\connect payments
SET client_min_messages = warning;

BEGIN;

CREATE TEMPORARY TABLE wanted_role (name text, password text) ON COMMIT DROP;
INSERT INTO wanted_role (name, password)
VALUES
    ('orchestrator_owner', :'orchestrator_owner'),
    ('orchestrator_runtime', :'orchestrator_runtime'),
    ('executor_owner', :'executor_owner'),
    ('executor_runtime', :'executor_runtime'),
    ('wallets_owner', :'wallets_owner'),
    ('wallets_runtime', :'wallets_runtime'),
    ('ledger_owner', :'ledger_owner'),
    ('ledger_runtime', :'ledger_runtime'),
    ('operations_owner', :'operations_owner'),
    ('operations_runtime', :'operations_runtime'),
    ('ops_reader', :'ops_reader');

SELECT format('CREATE ROLE %I', name)
FROM wanted_role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

SELECT format(
    'ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L',
    name, password)
FROM wanted_role
\gexec

ALTER ROLE ops_reader SET default_transaction_read_only = on;
-- Compiling a search takes longer than running it.
ALTER ROLE ops_reader SET jit = off;

REVOKE ALL ON DATABASE payments FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

SELECT format('GRANT CONNECT ON DATABASE payments TO %I', name)
FROM wanted_role
\gexec

SELECT statement
FROM (VALUES ('orchestrator'), ('executor'), ('wallets'), ('ledger'), ('operations')) AS service (name),
LATERAL (VALUES
    (format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', name, name || '_owner')),
    (format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', name)),
    (format('GRANT USAGE ON SCHEMA %I TO %I, ops_reader', name, name || '_runtime'))
) AS command (statement)
\gexec

COMMIT;

-- No other database of this cluster is anybody's business.
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
