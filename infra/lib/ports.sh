# shellcheck shell=bash
# The ports of an instance: infra/ports.env, overridden by the environment, plus PAYMENTS_PORT_OFFSET.
# What an instance was started with is kept in its ports.env, which everything else reads.

port_names() {
  sed -n 's/^\(PAYMENTS_[A-Z_]*_PORT\)=.*/\1/p' "$ROOT/infra/ports.env"
}

# wanted_ports: the lines of the instance's ports.env, as they should be.
wanted_ports() {
  (
    read_env_file "$ROOT/infra/ports.env"
    for name in $(port_names); do
      [[ ${!name} =~ ^[0-9]+$ ]] || die "$name must be a port number; it is '${!name}'."
      printf '%s=%s\n' "$name" "$((${!name} + ${PAYMENTS_PORT_OFFSET:-0}))"
    done
  )
}

# load_ports: the ports this instance was started with.
load_ports() {
  [[ -r $RUN_DIR/ports.env ]] || die "There is no instance in $RUN_DIR; start one with infra/up."
  local name
  for name in $(port_names); do
    unset "$name"
  done
  read_env_file "$RUN_DIR/ports.env"
}

# save_ports LINES: what wanted_ports printed becomes the instance's.
save_ports() {
  printf '%s\n' "$1" | write_private "$RUN_DIR/ports.env"
  load_ports
}

port_answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# port_holder PORT: ", held by process N (name)" where that can be found out.
port_holder() {
  command -v ss >/dev/null || return 0
  ss -Hltnp "sport = :$1" 2>/dev/null |
    sed -nE 's/.*users:\(\("([^"]+)",pid=([0-9]+).*/, held by process \2 (\1)/p' | head -n 1
}

# require_free_port NAME PURPOSE
require_free_port() {
  local port=${!1}
  if port_answers "$port"; then
    die "Port $port, wanted for $2, is in use$(port_holder "$port"): stop what holds it, or set $1 to a free port."
  fi
}
