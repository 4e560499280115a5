# Sourced by scripts/test: what the tests need beside a Rust toolchain. Every service listens on loopback only,
# logs to $env_dir, and its process id goes into `pids`, which scripts/test stops whatever happens.

cargo_deny_version=0.20.2

# need COMMAND PACKAGE: a system package, where this is a Debian that we may change; otherwise one clear line.
need() {
  command -v "$1" >/dev/null && return
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && apt-get install -y -qq "$2" >"$env_dir/apt.log" 2>&1 && return
  fi
  echo "scripts/test: '$1' is missing and could not be installed; install the package '$2'" >&2
  exit 1
}

install_tools() {
  command -v cargo >/dev/null || { echo "scripts/test: no Rust toolchain; see https://rustup.rs" >&2; exit 1; }
  cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
  cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
  need cc gcc
  cargo deny --version 2>/dev/null | grep -qF "$cargo_deny_version" ||
    cargo install cargo-deny --locked --version "$cargo_deny_version"
}

# wait_for NAME FILE PATTERN PID: until a service says that it is ready; it must not have ended before.
wait_for() {
  local tries=0
  until grep -q "$3" "$2" 2>/dev/null; do
    if ! kill -0 "$4" 2>/dev/null || [ $((tries += 1)) -gt 300 ]; then
      echo "scripts/test: $1 did not start:" >&2
      tail -n 20 "$2" >&2
      exit 1
    fi
    sleep 0.2
  done
}

start_services() {
  :
}
