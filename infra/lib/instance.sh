# shellcheck shell=bash
# An instance: one run directory with its ports, secrets, servers, environment files, logs and processes.

LIB="$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=infra/lib/base.sh
source "$LIB/base.sh"
# shellcheck source=infra/lib/process.sh
source "$LIB/process.sh"
# shellcheck source=infra/lib/ports.sh
source "$LIB/ports.sh"
# shellcheck source=infra/lib/secrets.sh
source "$LIB/secrets.sh"
# shellcheck source=infra/lib/postgres.sh
source "$LIB/postgres.sh"
# shellcheck source=infra/lib/rabbitmq.sh
source "$LIB/rabbitmq.sh"
# shellcheck source=infra/lib/services.sh
source "$LIB/services.sh"
# shellcheck source=infra/lib/environment.sh
source "$LIB/environment.sh"

# open_instance DIR: an instance that exists.
open_instance() {
  [[ -e $1/ports.env ]] || die "There is no instance in $1; start one with infra/up."
  use_run_dir "$1"
  load_ports
  load_secrets
  locate_postgres
}

# prepare_instance DIR: an instance that may have to be made; ports, secrets and environment files are there after it.
prepare_instance() {
  local ports
  use_run_dir "$1"
  hold_run_dir
  ports="$(wanted_ports)"
  locate_postgres
  if [[ -e $RUN_DIR/ports.env ]]; then
    load_ports
    [[ $ports == "$(cat "$RUN_DIR/ports.env")" ]] || ! anything_running ||
      die "The instance in $RUN_DIR runs on other ports than now asked for (see its ports.env); run infra/down first."
  fi
  save_ports "$ports"
  ensure_secrets
  write_environment
}

anything_running() {
  postgres_running || rabbitmq_running || any_service_running
}

servers_ready() {
  postgres_running && rabbitmq_running && postgres_ready && rabbitmq_ready
}

# start_servers: both at once, then the database's roles and the broker's topology.
start_servers() {
  postgres_launch
  rabbitmq_launch
  postgres_await
  ensure_database
  rabbitmq_await
  ensure_topology
}

# stop_instance: workers first, so that they find their servers while they end.
stop_instance() {
  stop_services
  rabbitmq_stop
  postgres_stop
}

# break_off_instance: as stop_instance, where nobody will read the data again. The broker needs no farewell, and takes
# seconds for one; PostgreSQL does get one, because its shared memory would stay behind.
break_off_instance() {
  stop_services
  rabbitmq_kill
  rabbitmq_stop
  postgres_stop
}

# purge_instance: what this instance made, and nothing else that may lie in the directory.
purge_instance() {
  postgres_purge
  rabbitmq_purge
  rm -rf "$RUN_DIR/env" "$RUN_DIR/logs" "$RUN_DIR/pids" "$RUN_DIR/results"
  # The sandbox would tell of charges that nobody knows any more.
  rm -f "$RUN_DIR/ports.env" "$RUN_DIR/secrets.env" "$RUN_DIR/lock" "$RUN_DIR/sandbox.jsonl"
  rmdir "$RUN_DIR" 2>/dev/null || true
}
