# What the scripts that run the suite against something else share. Sourced, from the root of the repository.

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Waits until a command succeeds, for at most a minute.
wait_for() {
  local end=$((SECONDS + 60))
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || { echo "waited too long for: $*" >&2; return 1; }
    read -rt 0.1 <> <(:) || :
  done
}

# need PROBE PACKAGE...: installs these packages of Debian's where the probe, a command line, does not succeed. What the
# installation says is shown only when it fails.
need() {
  local probe=$1 log
  shift
  $probe > /dev/null 2>&1 && return
  log=$(mktemp)
  echo "Installing Debian's $*"
  local root=()
  [ "$(id -u)" = 0 ] || root=(sudo)
  { "${root[@]}" apt-get update && "${root[@]}" apt-get install --yes --no-install-recommends "$@"; } \
    > "$log" 2>&1 < /dev/null || { cat "$log" >&2; return 1; }
}

# A suite makes more attempts from one address than people do. The tests of limits start stacks of their own.
no_limits=(LIMIT_PAIR=0 LIMIT_ACCOUNT=0 LIMIT_ADDRESS=0 LIMIT_SIGNUP=0)
export "${no_limits[@]}"

# Runs a command in the background until the script ends, its output in a file.
started=()
stop_all() { for pid in "${started[@]}"; do kill "$pid" 2> /dev/null || :; done; }
trap stop_all EXIT
start() {
  local output=$1
  shift
  "$@" > "$output" 2>&1 &
  started+=($!)
}
