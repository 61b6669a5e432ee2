# shellcheck shell=bash
# A private PostgreSQL on loopback: its cluster in POSTGRES_HOME, its log and pid file in RUN_DIR.
# It refuses to run as root, so root runs it as the account postgres.

POSTGRES_ACCOUNT=()
if is_root; then
  # setpriv becomes the server itself, where runuser would stay between us and its pid.
  POSTGRES_ACCOUNT=(setpriv --reuid postgres --regid postgres --init-groups --)
fi

postgres_bin() {
  local version=''
  [[ ! -r ${POSTGRES_HOME:-}/data/PG_VERSION ]] || version="$(cat "$POSTGRES_HOME/data/PG_VERSION")"
  # The cluster's own version; for a new one the highest. A client alone does not count.
  { find /usr/lib/postgresql -path "*/${version:-*}/bin/postgres" 2>/dev/null || true; } |
    sort -V | tail -n 1 | sed 's|/postgres$||'
}

as_postgres() {
  env -i PATH=/usr/bin:/bin LANG=C.UTF-8 "${POSTGRES_ACCOUNT[@]}" "$@"
}

# locate_postgres: where this instance's cluster is, or shall be, in POSTGRES_HOME.
locate_postgres() {
  if [[ -r $RUN_DIR/postgres.home ]]; then
    POSTGRES_HOME="$(cat "$RUN_DIR/postgres.home")"
  elif as_postgres test -x "$RUN_DIR" 2>/dev/null; then
    POSTGRES_HOME="$RUN_DIR/postgres"
  else
    # The clone lies below a closed home directory: the account postgres cannot enter it.
    POSTGRES_HOME="/var/lib/payments-sagas/$(printf '%s' "$RUN_DIR" | sha256sum | cut -c 1-12)"
  fi
  POSTGRES_BIN="$(postgres_bin)"
}

create_cluster() {
  local password_file="$POSTGRES_HOME/password"
  mkdir -p "$POSTGRES_HOME"
  rm -rf "$POSTGRES_HOME/data"
  printf '%s\n' "$POSTGRES_HOME" >"$RUN_DIR/postgres.home"
  printf '%s\n' "$PAYMENTS_POSTGRES_PASSWORD" | write_private "$password_file"
  ! is_root || chown -R postgres:postgres "$POSTGRES_HOME"
  chmod 700 "$POSTGRES_HOME"
  as_postgres "$POSTGRES_BIN/initdb" --pgdata "$POSTGRES_HOME/data" --username postgres --pwfile "$password_file" \
    --auth scram-sha-256 --data-checksums --encoding UTF8 --locale C.UTF-8 >"$RUN_DIR/logs/initdb.log" 2>&1 ||
    { show_log "$RUN_DIR/logs/initdb.log"; die "PostgreSQL could not create its data directory."; }
  rm -f "$password_file"
  # Only a cluster that was finished is used again.
  touch "$POSTGRES_HOME/created"
}

configure_cluster() {
  local data="$POSTGRES_HOME/data"
  { cat "$ROOT/infra/postgres/postgresql.conf"; printf 'port = %s\n' "$PAYMENTS_POSTGRES_PORT"; } |
    write_private "$data/postgresql.conf"
  write_private "$data/pg_hba.conf" <"$ROOT/infra/postgres/pg_hba.conf"
  ! is_root || chown postgres:postgres "$data/postgresql.conf" "$data/pg_hba.conf"
}

postgres_pid() {
  pid_in "$RUN_DIR/pids/postgres.pid"
}

postgres_running() {
  process_is "$(postgres_pid)" "$POSTGRES_HOME/data"
}

postgres_ready() {
  "$POSTGRES_BIN/pg_isready" --quiet --host 127.0.0.1 --port "$PAYMENTS_POSTGRES_PORT" --timeout 2
}

# postgres_launch: starts it without waiting.
postgres_launch() {
  ! postgres_running || return 0
  [[ -n $POSTGRES_BIN ]] || die "PostgreSQL is not installed; run infra/up as root once, or: apt-get install postgresql"
  require_free_port PAYMENTS_POSTGRES_PORT PostgreSQL
  [[ -e $POSTGRES_HOME/created ]] || create_cluster
  configure_cluster
  # PostgreSQL would take a killed server that nobody has reaped yet, or any process with its pid, for a live one.
  rm -f "$POSTGRES_HOME/data/postmaster.pid"
  launch "$RUN_DIR/pids/postgres.pid" "$RUN_DIR/logs/postgres.log" env -i PATH=/usr/bin:/bin LANG=C.UTF-8 \
    "${POSTGRES_ACCOUNT[@]}" "$POSTGRES_BIN/postgres" -D "$POSTGRES_HOME/data"
}

postgres_await() {
  await_ready PostgreSQL 120 "$RUN_DIR/logs/postgres.log" postgres_running postgres_ready
}

# postgres_stop: a fast shutdown: connections are cut, everything is written.
postgres_stop() {
  ! postgres_running || stop_process "$(postgres_pid)" INT 60
  rm -f "$RUN_DIR/pids/postgres.pid"
}

# postgres_kill: what a power cut does, as far as processes go: the server and each of its helpers, unasked.
postgres_kill() {
  local pid children
  if postgres_running; then
    pid="$(postgres_pid)"
    mapfile -t children < <(children_of "$pid")
    kill_processes "$pid" "${children[@]}"
  fi
  rm -f "$RUN_DIR/pids/postgres.pid"
}

postgres_superuser() {
  PGPASSWORD="$PAYMENTS_POSTGRES_PASSWORD" "$POSTGRES_BIN/psql" --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --host 127.0.0.1 --port "$PAYMENTS_POSTGRES_PORT" --username postgres --dbname postgres "$@"
}

# ensure_database: the database, its schemas and roles.
ensure_database() {
  (
    local role
    for role in $(database_roles); do
      export "PAYMENTS_$(upper "$role")_PASSWORD"
    done
    postgres_superuser --file "$ROOT/infra/postgres/roles.sql" >/dev/null
  ) || die "PostgreSQL refused the roles and schemas of infra/postgres/roles.sql."
}

postgres_purge() {
  rm -rf "$POSTGRES_HOME"
  rm -f "$RUN_DIR/postgres.home"
  rmdir /var/lib/payments-sagas 2>/dev/null || true
}
