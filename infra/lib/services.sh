# shellcheck shell=bash
# The product's own processes: built, migrated, started, watched and stopped.

SERVICES=(orchestrator executor wallets ledger operations sandbox)
# The same as the schemas: the sandbox keeps its state in memory.
MIGRATED=("${SCHEMAS[@]}")
BUILD_STAMP="$ROOT/obj/infra-build.stamp"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MASSTRANSIT_USAGE_TELEMETRY=false

# program NAME: the built assembly of a service, or of the command line.
program() {
  local project="Payments.${1^}"
  printf '%s/src/%s/bin/Release/net10.0/%s.dll' "$ROOT" "$project" "$project"
}

# sources: names, times and sizes of everything a build depends on, as one hash.
sources() {
  (
    cd "$ROOT" || exit
    find src tests infra/BannedSymbols.txt Directory.*.props global.json .editorconfig ./*.sln -type f \
      -not -path '*/bin/*' -not -path '*/obj/*' -printf '%p %T@ %s\n' | LC_ALL=C sort | sha256sum
  )
}

build_is_current() {
  local name
  for name in "${SERVICES[@]}" cli; do
    [[ -e $(program "$name") ]] || return 1
  done
  [[ -r $BUILD_STAMP && "$(cat "$BUILD_STAMP")" == "$(sources)" ]]
}

# build LOG: the whole solution, in release; the log is shown when it fails.
build() {
  local before
  command -v dotnet >/dev/null || die "The .NET SDK is not installed: see https://dotnet.microsoft.com/download (version 10)."
  (cd "$ROOT" && dotnet --version >/dev/null 2>&1) ||
    die "The installed .NET SDK does not satisfy global.json; install .NET SDK 10.0 (dotnet --list-sdks shows what is there)."
  before="$(sources)"
  # Nodes that stay behind would hold our output open, and would be processes that nobody stops.
  (cd "$ROOT" && dotnet build Payments.Sagas.sln --configuration Release --nologo --verbosity quiet \
    -nodeReuse:false </dev/null >"$1" 2>&1 9>&-) ||
    { warn "The build failed:"; grep -E 'error|warn' "$1" | sort -u | head -n 40 >&2 || cat "$1" >&2; return 1; }
  mkdir -p "$(dirname "$BUILD_STAMP")"
  printf '%s\n' "$before" >"$BUILD_STAMP"
}

service_pid() {
  pid_in "$RUN_DIR/pids/$1.pid"
}

service_log() {
  printf '%s/logs/%s.log' "$RUN_DIR" "$1"
}

service_running() {
  process_is "$(service_pid "$1")" "$(program "$1")"
}

service_ready() {
  curl --silent --fail --max-time 2 --output /dev/null "http://127.0.0.1:$(service_port "$1")/health/ready"
}

any_service_running() {
  local name
  for name in "${SERVICES[@]}"; do
    ! service_running "$name" || return 0
  done
  return 1
}

services_ready() {
  local name
  for name in "${SERVICES[@]}"; do
    service_running "$name" && service_ready "$name" || return 1
  done
}

# migrate: every service's own migrations, at the same time.
migrate() {
  local name failed=()
  local -A jobs=()
  for name in "${MIGRATED[@]}"; do
    "$ROOT/infra/lib/with-env" "$RUN_DIR/env/$name.env" dotnet "$(program "$name")" migrate \
      </dev/null >"$RUN_DIR/logs/$name-migrate.log" 2>&1 9>&- &
    jobs[$name]=$!
  done
  for name in "${MIGRATED[@]}"; do
    # The shell would report a signal by itself; the log says it better.
    wait "${jobs[$name]}" 2>/dev/null || failed+=("$name")
  done
  [[ ${#failed[@]} -eq 0 ]] && return 0
  for name in "${failed[@]}"; do
    show_log "$RUN_DIR/logs/$name-migrate.log"
  done
  die "The migrations failed: ${failed[*]}."
}

missing_services() {
  local name
  for name in "${SERVICES[@]}"; do
    service_running "$name" || echo "$name"
  done
}

# require_service_ports: before anything slow is done for a process that could not start.
require_service_ports() {
  local name
  for name in $(missing_services); do
    require_free_port "PAYMENTS_$(upper "$name")_PORT" "$name"
  done
}

start_service() {
  local name=$1
  require_free_port "PAYMENTS_$(upper "$name")_PORT" "$name"
  # A host looks for its settings in the working directory.
  cd "$(dirname "$(program "$name")")" || exit
  launch "$RUN_DIR/pids/$name.pid" "$(service_log "$name")" \
    "$ROOT/infra/lib/with-env" "$RUN_DIR/env/$name.env" dotnet "$(program "$name")"
  cd "$ROOT" || exit
}

# start_services: those that do not run, together; then waits for all.
start_services() {
  local name
  for name in $(missing_services); do
    start_service "$name"
  done
  for name in "${SERVICES[@]}"; do
    await_service "$name"
  done
}

# await_service NAME
# shellcheck disable=SC2317 # await_ready calls the two functions
await_service() {
  running() { service_running "$name"; }
  ready() { service_ready "$name"; }
  local name=$1
  await_ready "$name" "${PAYMENTS_READY_SECONDS:-60}" "$(service_log "$name")" running ready
}

# stop_services: all are asked at once, then waited for.
stop_services() {
  local name
  for name in "${SERVICES[@]}"; do
    ! service_running "$name" || kill -TERM "$(service_pid "$name")" 2>/dev/null || true
  done
  for name in "${SERVICES[@]}"; do
    ! service_running "$name" || stop_process "$(service_pid "$name")" TERM 30
    rm -f "$RUN_DIR/pids/$name.pid"
  done
}
