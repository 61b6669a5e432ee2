# shellcheck shell=bash
# Installs what the servers need, on Debian and its relatives, and only what is missing.

missing_packages() {
  [[ -n "$(POSTGRES_HOME='' postgres_bin)" ]] || echo postgresql
  [[ -x $RABBITMQ_SERVER ]] || echo rabbitmq-server
  command -v curl >/dev/null || echo curl
}

# without_services COMMAND...: the packages would start servers of their own, on the usual ports; not today.
without_services() {
  local policy=/usr/sbin/policy-rc.d ours='' status=0
  if [[ ! -e $policy ]]; then
    ours=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  "$@" || status=$?
  [[ -z $ours ]] || rm -f "$policy"
  return "$status"
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update && apt-get install --yes --no-install-recommends "$@"
}

ensure_installed() {
  local packages log="$RUN_DIR/logs/install.log"
  mapfile -t packages < <(missing_packages)
  [[ ${#packages[@]} -gt 0 ]] || return 0
  command -v apt-get >/dev/null ||
    die "Missing: ${packages[*]}. Only Debian's packages can be installed from here; install them yourself, then try again."
  is_root || die "Missing: ${packages[*]}. Run this once as root, or: sudo apt-get install ${packages[*]}"
  say "Installing ${packages[*]}"
  without_services apt_install "${packages[@]}" </dev/null >"$log" 2>&1 ||
    { show_log "$log"; die "Installing ${packages[*]} failed."; }
}
