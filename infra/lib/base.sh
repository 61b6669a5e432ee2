# shellcheck shell=bash
# What every script here starts from: where things are, how to speak, how to wait.

# shellcheck disable=SC2034 # every script uses it
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

say() {
  printf '%s\n' "$*"
}

warn() {
  printf '%s\n' "$*" >&2
}

die() {
  warn "$*"
  exit 1
}

# await SECONDS COMMAND...: true as soon as the command succeeds, false at the deadline.
await() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

is_root() {
  [[ $EUID -eq 0 ]]
}

# read_env_file FILE: its KEY=VALUE lines become variables (not exported), except those that are set already.
read_env_file() {
  local line
  # Taken apart by hand: splitting at = would cost a base64 value the one it ends with.
  while read -r line; do
    [[ $line != [A-Z]*=* || -v ${line%%=*} ]] || declare -g "$line"
  done <"$1"
}

# write_private FILE: standard input becomes the file, readable by its owner only, whole or not at all.
write_private() {
  (umask 077 && cat >"$1.new")
  mv -f "$1.new" "$1"
}

# use_run_dir DIR: makes the directory of an instance, with an absolute path, RUN_DIR from here on.
use_run_dir() {
  mkdir -p "$1" 2>/dev/null || true
  [[ -w $1 ]] ||
    die "Cannot write to $1: it belongs to another account; use that account, or set PAYMENTS_RUN_DIR."
  RUN_DIR="$(cd "$1" && pwd -P)"
  # The account of PostgreSQL passes through; what is secret inside is closed by itself.
  chmod 711 "$RUN_DIR"
  (umask 077 && mkdir -p "$RUN_DIR/pids" "$RUN_DIR/logs" "$RUN_DIR/env")
}

# hold_run_dir: one script at a time per instance; the lock ends with the process (descriptor 9).
hold_run_dir() {
  exec 9>"$RUN_DIR/lock"
  flock -n 9 || die "Another infra script is working on $RUN_DIR; wait until it has ended."
}
