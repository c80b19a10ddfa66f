# What the scripts that run the suite against something else share. Sourced, from the root of the repository.

target=${CARGO_TARGET_DIR:-$PWD/target}
# New for each run: the banner of an earlier one would be taken for this one's.
logs=$(mktemp -d)

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

# The functions, which are the folders of functions/, and the tables, as the code declares them.
read -ra functions <<< "$(cd functions && echo *)"
read -ra tables <<< "$(sed -n 's/.*suffix: "\([^"]*\)".*/\1/p' shared/src/store/schema.rs | xargs)"

# build_programs NAME...: builds these programs of the workspace with the features of `cargo test`, whose crates they then
# share. `--examples`, of which there are none, makes Cargo add the features of dev-dependencies. With `--package`, Cargo
# leaves out what other packages ask for, and so compiles most crates a second time.
build_programs() { cargo build --quiet --locked --examples "${@/#/--bin=}"; }

# test_suite [OPTION]...: the black-box suite, with those features too.
test_suite() { cargo test --locked --test api "$@"; }

# A suite makes more attempts from one address than people do. The tests of limits start stacks of their own.
read -ra no_limits <<< "$(sed -n 's/.*variable: "\(LIMIT_[^"]*\)".*/\1=0/p' shared/src/attempts/limits.rs | xargs)"
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

# start_stack NAME [VARIABLE=VALUE]...: starts `cargo dev` on free ports, in an environment of its own, sets `url`,
# `providers_url` and `dynamodb_url` to what its banner says, and exports DynamoDB's key as that says.
start_stack() {
  local output=$logs/$1
  shift
  start "$output" env -i "${no_limits[@]}" "$@" "$target/debug/local" --memory --port 0 --provider-port 0 --dynamodb-port 0
  wait_for grep -q Ctrl-C "$output" || { cat "$output" >&2; return 1; }
  url=$(sed -n 's/^Latchkey is at //p' "$output")
  providers_url=$(sed -n 's/^Pretend providers are at \(http[^ ]*\):.*/\1/p' "$output")
  dynamodb_url=$(sed -n 's/^DynamoDB is at \([^,]*\),.*/\1/p' "$output")
  eval "$(grep '^export' "$output")"
}

# start_tables: starts the tables of `cargo dev` alone, on a free port, and sets the variables that lead functions to them.
start_tables() {
  start "$logs/tables" "$target/debug/local" --tables-only --memory --dynamodb-port 0
  wait_for grep -q Ctrl-C "$logs/tables" || { cat "$logs/tables" >&2; return 1; }
  eval "$(grep '^export' "$logs/tables")"
}

# install_npm_packages FOLDER: a copy of the list that was installed, kept beside what was installed, tells whether it is
# still the right one.
install_npm_packages() {
  local folder=$1 installed=$1/node_modules/.installed.json
  cmp --silent "$folder/package-lock.json" "$installed" && return
  npm ci --prefix "$folder"
  cp "$folder/package-lock.json" "$installed"
}

# install_python_packages FOLDER VENV: the same for the requirements.txt of a folder, in a virtual environment.
install_python_packages() {
  local list=$1/requirements.txt venv=$2
  need 'python3 -m ensurepip --version' python3-venv
  cmp --silent "$list" "$venv/requirements.txt" && return
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$list"
  cp "$list" "$venv/"
}

passed=0
failed=0

# run_tests COMMAND...: a test prints "passed NAME" or "failed NAME". A program that ends badly without saying which
# test failed, or that ran none, counts as a failure.
run_tests() {
  local status=0 good bad
  "$@" | tee "$logs/tests" || status=$?
  good=$(grep --count '^passed ' "$logs/tests" || true)
  bad=$(grep --count '^failed ' "$logs/tests" || true)
  if [ "$bad" = 0 ] && { [ "$status" != 0 ] || [ "$good" = 0 ]; }; then
    echo "failed $* (status $status, $good tests passed)"
    bad=1
  fi
  passed=$((passed + good))
  failed=$((failed + bad))
}

# Says how many tests passed, and ends well when none failed.
report() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}
