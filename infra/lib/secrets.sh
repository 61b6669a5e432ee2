# shellcheck shell=bash
# Random secrets, made once per instance and kept in secrets.env (mode 0600).

SCHEMAS=(orchestrator executor wallets ledger operations)
# The accounts at PSPs, each named after its PSP. Another one is a name here, a port in infra/ports.env, an entry in the
# settings of executor and orchestrator and in the topology, and, for a new PSP, what it needs in infra/lib/environment.sh.
PSP_CONNECTIONS=(stripe-a stripe-b adyen-a square-a braintree-a paypal-a)

random_hex() {
  od -An -v -N "$1" -tx1 /dev/urandom | tr -d ' \n'
}

# upper NAME: as part of a variable's name: stripe-a becomes STRIPE_A.
upper() {
  local name=${1^^}
  printf '%s' "${name//-/_}"
}

# database_roles: every role that logs in, except the superuser.
database_roles() {
  local schema
  for schema in "${SCHEMAS[@]}"; do
    printf '%s\n' "${schema}_owner" "${schema}_runtime"
  done
  echo ops_reader
}

# role_password ROLE
role_password() {
  local name
  name="PAYMENTS_$(upper "$1")_PASSWORD"
  printf '%s' "${!name}"
}

# psp_of CONNECTION: the PSP that it is an account at.
psp_of() {
  printf '%s' "${1%-*}"
}

# psp_key CONNECTION
psp_key() {
  local name
  name="PAYMENTS_$(upper "$1")_SECRET_KEY"
  printf '%s' "${!name}"
}

# psp_webhook_secret CONNECTION: what the connection's notifications are signed with.
psp_webhook_secret() {
  local name
  name="PAYMENTS_$(upper "$1")_WEBHOOK_SECRET_KEY"
  printf '%s' "${!name}"
}

# new_webhook_secret CONNECTION: as its PSP writes it. Adyen's is a key in hexadecimal.
new_webhook_secret() {
  case $(psp_of "$1") in
    stripe) printf 'whsec_%s' "$(random_hex 24)" ;;
    *) random_hex 32 ;;
  esac
}

# new_secrets: a line NAME=VALUE for each, all random.
new_secrets() {
  local role connection
  printf 'PAYMENTS_POSTGRES_PASSWORD=%s\n' "$(random_hex 24)"
  for role in $(database_roles); do
    printf 'PAYMENTS_%s_PASSWORD=%s\n' "$(upper "$role")" "$(random_hex 24)"
  done
  printf 'PAYMENTS_AMQP_PASSWORD=%s\n' "$(random_hex 24)"
  printf 'PAYMENTS_AMQP_COOKIE=%s\n' "$(random_hex 24)"
  printf 'PAYMENTS_TOKEN_KEY_ID=k1\n'
  printf 'PAYMENTS_TOKEN_KEY=%s\n' "$(head -c 32 /dev/urandom | base64 -w 0)"
  for connection in "${PSP_CONNECTIONS[@]}"; do
    printf 'PAYMENTS_%s_SECRET_KEY=sk_test_%s\n' "$(upper "$connection")" "$(random_hex 24)"
    printf 'PAYMENTS_%s_WEBHOOK_SECRET_KEY=%s\n' "$(upper "$connection")" "$(new_webhook_secret "$connection")"
  done
}

load_secrets() {
  local name
  # An inherited password would be that of another instance.
  for name in $(compgen -v | grep -E '^PAYMENTS_.*_(PASSWORD|SECRET_KEY|COOKIE)$|^PAYMENTS_TOKEN_KEY' || true); do
    unset "$name"
  done
  [[ ! -e $RUN_DIR/secrets.env ]] || read_env_file "$RUN_DIR/secrets.env"
}

# complete_secrets FILE: makes those that are missing, as after an upgrade; what is there stays.
complete_secrets() {
  local line
  while read -r line; do
    grep -qs "^${line%%=*}=" "$1" || (umask 077 && printf '%s\n' "$line" >>"$1")
  done
}

# ensure_secrets: loads them, and makes those that are missing.
ensure_secrets() {
  if [[ ! -e $RUN_DIR/secrets.env && -e $RUN_DIR/postgres.home ]]; then
    die "$RUN_DIR/secrets.env is gone and the data cannot be opened without it; put it back, or infra/down --purge."
  fi
  new_secrets | complete_secrets "$RUN_DIR/secrets.env"
  load_secrets
}
