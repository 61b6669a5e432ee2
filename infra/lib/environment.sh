# shellcheck shell=bash
# Writes env/<service>.env: the whole configuration of each process, from the instance's ports and secrets.

# connection_string ROLE [SCHEMA]
connection_string() {
  printf 'Host=127.0.0.1;Port=%s;Database=payments;Username=%s;Password=%s' \
    "$PAYMENTS_POSTGRES_PORT" "$1" "$(role_password "$1")"
  [[ $# -lt 2 ]] || printf ';Search Path=%s' "$2"
}

service_port() {
  local name
  name="PAYMENTS_$(upper "$1")_PORT"
  printf '%s' "${!name}"
}

process_environment() {
  cat <<END
ASPNETCORE_URLS=http://127.0.0.1:$(service_port "$1")
DOTNET_ENVIRONMENT=Production
DOTNET_gcServer=0
DOTNET_GCgen0size=0x1000000
DOTNET_GCGen0MaxBudget=0x4000000
DOTNET_CLI_TELEMETRY_OPTOUT=1
END
}

worker_environment() {
  local account="payments:$PAYMENTS_AMQP_PASSWORD@127.0.0.1"
  process_environment "$1"
  cat <<END
ConnectionStrings__Database=$(connection_string "$1_runtime" "$1")
ConnectionStrings__Owner=$(connection_string "$1_owner" "$1")
RabbitMq__Uri=amqp://$account:$PAYMENTS_AMQP_PORT/
RabbitMq__ManagementUri=http://$account:$PAYMENTS_AMQP_MANAGEMENT_PORT
MASSTRANSIT_USAGE_TELEMETRY=false
END
}

token_environment() {
  cat <<END
Tokens__ActiveKey=$PAYMENTS_TOKEN_KEY_ID
Tokens__Keys__$PAYMENTS_TOKEN_KEY_ID=$PAYMENTS_TOKEN_KEY
END
  [[ -z ${PAYMENTS_TOKEN_KEY_OLD_ID:-} ]] ||
    printf 'Tokens__Keys__%s=%s\n' "$PAYMENTS_TOKEN_KEY_OLD_ID" "$PAYMENTS_TOKEN_KEY_OLD"
}

orchestrator_environment() {
  worker_environment orchestrator
  token_environment
}

# psp_port CONNECTION: its own port at the sandbox, so that connecting to it alone can fail.
psp_port() {
  local name
  name="PAYMENTS_$(upper "${1//-/_}")_PORT"
  printf '%s' "${!name}"
}

# sends_webhooks CONNECTION: whether the sandbox sends its notifications. Adyen tells outcomes by webhook only; PayPal's search
# shows a lost payment hours later, a webhook at once. The others answer at once: theirs only with PAYMENTS_WEBHOOKS=all.
sends_webhooks() {
  case $(psp_of "$1") in
    adyen | paypal) return 0 ;;
    *) [[ ${PAYMENTS_WEBHOOKS:-} == all ]] ;;
  esac
}

# webhook_url CONNECTION
webhook_url() {
  printf 'http://127.0.0.1:%s/webhooks/%s' "$PAYMENTS_EXECUTOR_PORT" "$1"
}

# signing_secret CONNECTION: what its notifications are signed with, as its PSP writes it.
signing_secret() {
  [[ $(psp_of "$1") != braintree ]] || printf '%s|' "$1"
  psp_webhook_secret "$1"
}

# psp_environment CONNECTION: what its PSP wants besides an address and a key.
psp_environment() {
  local prefix="Psp__Connections__$1"
  case $(psp_of "$1") in
    stripe) printf '%s__Webhook__Secrets__0=%s\n' "$prefix" "$(psp_webhook_secret "$1")" ;;
    adyen)
      # The sandbox's merchant account has the account's name.
      printf '%s__Account=%s\n' "$prefix" "$1"
      printf '%s__Webhook__Secrets__0=%s\n' "$prefix" "$(psp_webhook_secret "$1")"
      ;;
    square)
      printf '%s__Account=%s\n' "$prefix" main
      if sends_webhooks "$1"; then
        printf '%s__Webhook__Secrets__0=%s\n' "$prefix" "$(psp_webhook_secret "$1")"
        printf '%s__Webhook__NotificationUrl=%s\n' "$prefix" "$(webhook_url "$1")"
      fi
      ;;
    braintree)
      printf '%s__PublicKey=%s\n' "$prefix" "$1"
      # A merchant account has one currency: the end of its name, at the sandbox.
      printf '%s__Account=%s\n' "$prefix" demo-EUR
      printf '%s__Webhook__Secrets__0=%s\n' "$prefix" "$(signing_secret "$1")"
      ;;
    paypal)
      printf '%s__PublicKey=%s\n' "$prefix" "$1"
      # PayPal signs with a certificate; what is kept of a webhook is its id.
      printf '%s__Webhook__WebhookId=%s\n' "$prefix" "$(psp_webhook_secret "$1")"
      ;;
  esac
}

executor_environment() {
  local connection
  worker_environment executor
  token_environment
  for connection in "${PSP_CONNECTIONS[@]}"; do
    cat <<END
Psp__Connections__${connection}__BaseAddress=http://127.0.0.1:$(psp_port "$connection")/$connection/
Psp__Connections__${connection}__SecretKey=$(psp_key "$connection")
Psp__Connections__${connection}__Limits__MaxPerSecond=5000
Psp__Connections__${connection}__Limits__MaxControlPerSecond=5000
END
    psp_environment "$connection"
  done
}

wallets_environment() {
  worker_environment wallets
}

ledger_environment() {
  worker_environment ledger
}

operations_environment() {
  worker_environment operations
  printf 'ConnectionStrings__OpsReader=%s\n' "$(connection_string ops_reader)"
  # Tests and the benchmark count dead letters in the broker, and set this to false: nobody may empty the queues under them.
  printf 'DeadLetters__Collect=%s\n' "${PAYMENTS_COLLECT_DEAD_LETTERS:-true}"
}

sandbox_environment() {
  local connection
  process_environment sandbox
  # The sandbox's own settings name an address, which only this name overrides.
  printf 'Urls=http://127.0.0.1:%s\n' "$PAYMENTS_SANDBOX_PORT"
  printf 'Sandbox__JournalFile=%s/sandbox.jsonl\n' "$RUN_DIR"
  for connection in "${PSP_CONNECTIONS[@]}"; do
    printf 'Sandbox__Accounts__%s__Psp=%s\n' "$connection" "$(psp_of "$connection")"
    printf 'Sandbox__Accounts__%s__SecretKey=%s\n' "$connection" "$(psp_key "$connection")"
    printf 'Sandbox__Accounts__%s__Port=%s\n' "$connection" "$(psp_port "$connection")"
    if sends_webhooks "$connection"; then
      printf 'Sandbox__Accounts__%s__WebhookUrl=%s\n' "$connection" "$(webhook_url "$connection")"
      printf 'Sandbox__Accounts__%s__WebhookSecret=%s\n' "$connection" "$(signing_secret "$connection")"
    fi
  done
}

cli_environment() {
  cat <<END
PAYMENTS_URL=http://127.0.0.1:$PAYMENTS_OPERATIONS_PORT
PAYMENTS_SANDBOX_URL=http://127.0.0.1:$PAYMENTS_SANDBOX_PORT
PAYMENTS_OPS_DATABASE=$(connection_string ops_reader)
END
}

write_environment() {
  local name
  for name in "${SERVICES[@]}" cli; do
    "${name}_environment" | write_private "$RUN_DIR/env/$name.env"
  done
}
