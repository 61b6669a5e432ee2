# shellcheck shell=bash
# A private RabbitMQ on loopback: node, cookie, data, plugins and epmd of its own, everything in RUN_DIR/rabbitmq.
# The management API does what rabbitmqctl would need seconds for.

RABBITMQ_SERVER=/usr/lib/rabbitmq/bin/rabbitmq-server

rabbitmq_pid() {
  pid_in "$RUN_DIR/pids/rabbitmq.pid"
}

rabbitmq_running() {
  process_is "$(rabbitmq_pid)" "-payments $RUN_DIR/rabbitmq"
}

epmd_running() {
  process_is "$(pid_in "$RUN_DIR/pids/epmd.pid")" "epmd -address 127.0.0.1 -port $PAYMENTS_EPMD_PORT"
}

# rabbitmq_api METHOD PATH [curl option...]: the password travels on standard input, not on a command line.
rabbitmq_api() {
  local method=$1 path=$2
  shift 2
  curl --config - --silent --fail --max-time 30 --request "$method" \
    "$@" "http://127.0.0.1:$PAYMENTS_AMQP_MANAGEMENT_PORT/api/$path" <<<"user = \"payments:$PAYMENTS_AMQP_PASSWORD\""
}

rabbitmq_ready() {
  rabbitmq_api GET "health/checks/port-listener/$PAYMENTS_AMQP_PORT" --output /dev/null
}

configure_broker() {
  local home="$RUN_DIR/rabbitmq"
  (umask 077 && mkdir -p "$home/conf.d")
  {
    cat "$ROOT/infra/rabbitmq/rabbitmq.conf"
    printf 'listeners.tcp.1 = 127.0.0.1:%s\n' "$PAYMENTS_AMQP_PORT"
    printf 'management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = %s\n' "$PAYMENTS_AMQP_MANAGEMENT_PORT"
    # Takes the place of the account guest on a new node.
    printf 'default_user = payments\ndefault_pass = %s\n' "$PAYMENTS_AMQP_PASSWORD"
  } | write_private "$home/rabbitmq.conf"
  printf '[rabbitmq_management].\n' >"$home/enabled_plugins"
  : >"$home/rabbitmq-env.conf"
  if [[ ! -e $home/.erlang.cookie ]]; then
    printf '%s' "$PAYMENTS_AMQP_COOKIE" | write_private "$home/.erlang.cookie"
    chmod 400 "$home/.erlang.cookie"
  fi
}

# launch_epmd: Erlang's name service would start by itself, but as a daemon whose pid nobody knows.
launch_epmd() {
  ! epmd_running || return 0
  require_free_port PAYMENTS_EPMD_PORT "RabbitMQ's name service"
  launch "$RUN_DIR/pids/epmd.pid" "$RUN_DIR/logs/epmd.log" env -i PATH=/usr/bin:/bin \
    epmd -address 127.0.0.1 -port "$PAYMENTS_EPMD_PORT"
  await 10 port_answers "$PAYMENTS_EPMD_PORT" || die "Erlang's epmd does not listen on port $PAYMENTS_EPMD_PORT."
}

# rabbitmq_launch: starts it without waiting.
rabbitmq_launch() {
  ! rabbitmq_running || return 0
  [[ -x $RABBITMQ_SERVER ]] ||
    die "RabbitMQ is not installed; run infra/up as root once, or: apt-get install rabbitmq-server"
  require_free_port PAYMENTS_AMQP_PORT RabbitMQ
  require_free_port PAYMENTS_AMQP_MANAGEMENT_PORT "RabbitMQ's management API"
  require_free_port PAYMENTS_AMQP_DIST_PORT "RabbitMQ's tools"
  configure_broker
  launch_epmd
  local home="$RUN_DIR/rabbitmq"
  # ALLOW_INPUT makes the start script become the server, so that its pid is the server's; -noinput takes it back.
  launch "$RUN_DIR/pids/rabbitmq.pid" "$RUN_DIR/logs/rabbitmq.log" env -i \
    PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME="$home" \
    ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="$PAYMENTS_EPMD_PORT" \
    RABBITMQ_NODENAME=payments@localhost RABBITMQ_DIST_PORT="$PAYMENTS_AMQP_DIST_PORT" \
    RABBITMQ_MNESIA_BASE="$home/mnesia" RABBITMQ_LOG_BASE="$RUN_DIR/logs" \
    RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" RABBITMQ_CONFIG_FILES="$home/conf.d" \
    RABBITMQ_ADVANCED_CONFIG_FILE="$home/advanced.config" RABBITMQ_CONF_ENV_FILE="$home/rabbitmq-env.conf" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" RABBITMQ_GENERATED_CONFIG_DIR="$home/config" \
    RABBITMQ_PID_FILE="$home/rabbitmq.pid" RABBITMQ_ALLOW_INPUT=1 \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' \
    "$RABBITMQ_SERVER" -noinput -payments "$home"
}

rabbitmq_await() {
  await_ready RabbitMQ 120 "$RUN_DIR/logs/rabbitmq.log" rabbitmq_running rabbitmq_ready
}

rabbitmq_stop() {
  ! rabbitmq_running || stop_process "$(rabbitmq_pid)" TERM 60
  ! epmd_running || stop_process "$(pid_in "$RUN_DIR/pids/epmd.pid")" TERM 10
  rm -f "$RUN_DIR/pids/rabbitmq.pid" "$RUN_DIR/pids/epmd.pid"
}

# rabbitmq_kill: the broker only; epmd notices, as it does after a crash.
rabbitmq_kill() {
  ! rabbitmq_running || kill_processes "$(rabbitmq_pid)"
  rm -f "$RUN_DIR/pids/rabbitmq.pid"
}

# ensure_topology: exchanges, queues, bindings and policies, before any worker starts. What is there stays.
ensure_topology() {
  rabbitmq_api POST definitions --header 'Content-Type: application/json' --output /dev/null \
    --data-binary "@$ROOT/infra/rabbitmq/definitions.json" ||
    die "RabbitMQ refused infra/rabbitmq/definitions.json; see $RUN_DIR/logs/rabbitmq.log."
}

rabbitmq_purge() {
  rm -rf "$RUN_DIR/rabbitmq"
}
