# shellcheck shell=bash
# Processes are known by a pid file and by their own command line, never by name.

# process_is PID TEXT: the process lives and TEXT is in its command line (a pid may have been given to another).
process_is() {
  local command='' try
  [[ $1 =~ ^[0-9]+$ ]] || return 1
  # While a process becomes another program it has no command line for a moment.
  for try in 1 2 3 4 5; do
    command="$({ tr '\0' ' ' <"/proc/$1/cmdline"; } 2>/dev/null)" || true
    [[ -z $command ]] || break
    ! is_gone "$1" || return 1
    sleep "0.0$try"
  done
  [[ $command == *"$2"* ]]
}

# pid_in FILE: the first line of a pid file, or nothing.
pid_in() {
  head -n 1 "$1" 2>/dev/null || true
}

# Where the last launch of this script found the end of each log.
declare -gA LOG_START=()

# close_inherited: all but the standard descriptors. Whoever called us may hold locks by them, which a server would keep.
close_inherited() {
  local path fd
  for path in "/proc/$BASHPID/fd"/*; do
    fd=${path##*/}
    # Bash reads its script from 255, and closes it itself.
    ((fd <= 2 || fd == 255)) || exec {fd}>&-
  done
}

# launch PID_FILE LOG COMMAND...: a session of its own, with nothing of ours open but the log.
launch() {
  local pid_file=$1 log=$2
  shift 2
  LOG_START[$log]="$(stat -c %s "$log" 2>/dev/null || echo 0)"
  (close_inherited && exec setsid "$@" </dev/null >>"$log" 2>&1) &
  echo $! >"$pid_file"
  # Until it has become the command, the new process looks like this script.
  await 10 launched $! "${*: -1}" || die "Cannot start $1."
  # Not a job of ours any longer: its end is for await_ready to report, not for the shell.
  disown $!
}

launched() {
  is_gone "$1" || process_is "$1" "$2"
}

# process_stat PID: its state, its parent and what follows, without the name, which may hold anything.
process_stat() {
  local line
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  printf '%s' "${line##*) }"
}

# is_gone PID: a zombie runs no more; that its parent has not looked is not our affair.
is_gone() {
  local stat
  stat="$(process_stat "$1")" || return 0
  [[ $stat == [ZX]* ]]
}

# stop_process PID SIGNAL SECONDS: asks, waits, then kills.
stop_process() {
  kill "-$2" "$1" 2>/dev/null || true
  await "$3" is_gone "$1" && return 0
  warn "Process $1 did not stop within $3 s; killing it."
  kill -KILL "$1" 2>/dev/null || true
  await 10 is_gone "$1" || die "Process $1 cannot be killed."
}

# kill_processes PID...: SIGKILL to all, then waits until all are gone.
kill_processes() {
  local pid
  kill -KILL "$@" 2>/dev/null || true
  for pid in "$@"; do
    await 10 is_gone "$pid" || die "Process $pid cannot be killed."
  done
}

# children_of PID: the direct children.
children_of() {
  local process parent
  for process in /proc/[0-9]*; do
    read -r _ parent _ <<<"$(process_stat "${process##*/}" || true)"
    [[ $parent != "$1" ]] || echo "${process##*/}"
  done
}

# show_log LOG: its last lines, to standard error; none from before this script started the process.
show_log() {
  warn "--- last lines of $1"
  tail -c "+$((${LOG_START[$1]:-0} + 1))" "$1" 2>/dev/null | tail -n 25 >&2
  warn "---"
}

# await_ready NAME SECONDS LOG RUNNING READY: READY succeeds before the deadline, or the log says why not.
await_ready() {
  local name=$1 seconds=$2 log=$3 running=$4 ready=$5
  local deadline=$((SECONDS + seconds))
  until "$ready"; do
    "$running" || { show_log "$log"; die "$name died while starting."; }
    ((SECONDS < deadline)) || { show_log "$log"; die "$name was not ready within $seconds s."; }
    sleep 0.1
  done
}
