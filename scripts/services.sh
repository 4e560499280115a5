# Sourced by scripts/test: what the tests need beside a Rust toolchain. Every service listens on loopback only,
# logs to $env_dir, and its process id goes into `pids`, which scripts/test stops whatever happens.

. scripts/postgres.sh

cargo_deny_version=0.20.2
prism_version=5.16.0

prism=$env_dir/prism/node_modules/@stoplight/prism-cli/dist/index.js

# need COMMAND PACKAGE: the command, from this system package where it is missing.
need() { command -v "$1" >/dev/null || install_package "$2"; }

# install_package PACKAGE: where this is a Debian that we may change; otherwise one clear line.
install_package() {
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && apt-get install -y -qq "$1" >"$env_dir/apt.log" 2>&1 && return
  fi
  echo "scripts/test: the package '$1' is missing and could not be installed; install it" >&2
  exit 1
}

install_tools() {
  command -v cargo >/dev/null || { echo "scripts/test: no Rust toolchain; see https://rustup.rs" >&2; exit 1; }
  cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
  cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
  need cc gcc
  need node nodejs
  need npm npm
  need python3 python3
  need openssl openssl
  browser
  # Debian's Python comes without the means to make a virtual environment.
  python3 -c 'import ensurepip' 2>/dev/null || install_package python3-venv
  python_packages
  [ -f "$prism" ] || npm install --no-audit --no-fund --silent --prefix "$env_dir/prism" "@stoplight/prism-cli@$prism_version"
  cargo deny --version 2>/dev/null | grep -qF "$cargo_deny_version" ||
    cargo install cargo-deny --locked --version "$cargo_deny_version"
}

# browser: Chromium, and what its tests need from npm, beside those tests; exports TEST_BROWSER.
browser() {
  local tests=examples/phone-system/tests/browser
  need chromium chromium
  # The pictures that the tests keep look better with it; nothing depends on it.
  [ -d /usr/share/fonts/opentype/inter ] || (install_package fonts-inter) || true
  if ! cmp -s "$tests/package-lock.json" "$env_dir/browser-lock.json" || [ ! -d "$tests/node_modules" ]; then
    npm ci --no-audit --no-fund --silent --prefix "$tests"
    cp "$tests/package-lock.json" "$env_dir/browser-lock.json"
  fi
  TEST_BROWSER=$(command -v chromium)
  export TEST_BROWSER
}

# python_packages: a virtual environment in $env_dir/python with those of scripts/requirements.txt; exports TEST_PYTHON.
python_packages() {
  local stamp=$env_dir/python/requirements.txt
  if ! cmp -s scripts/requirements.txt "$stamp"; then
    python3 -m venv "$env_dir/python"
    "$env_dir/python/bin/pip" install --quiet --disable-pip-version-check -r scripts/requirements.txt
    cp scripts/requirements.txt "$stamp"
  fi
  export TEST_PYTHON=$env_dir/python/bin/python
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
  # A mock of Twilio's APIs, Conversations too, made from Twilio's own OpenAPI documents.
  local port
  port=$(free_port)
  node "$prism" mock -h 127.0.0.1 -p "$port" protocols/twilio-rest/tests/data/openapi.json >"$env_dir/prism.log" 2>&1 &
  pids+=($!)
  wait_for Prism "$env_dir/prism.log" 'is listening' "$!"
  export TWILIO_PRISM_URL=http://127.0.0.1:$port
  echo "Prism: $TWILIO_PRISM_URL"
  start_mail_and_queue
  start_postgres
  start_pgbouncer
}

# mail_certificates FOLDER: an authority that nobody knows, root.crt, and what it says of localhost, server.crt with its key.
mail_certificates() {
  mkdir -p "$1"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=tests" \
    -keyout "$1/root.key" -out "$1/root.crt" 2>"$env_dir/openssl.log" &&
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=localhost" \
      -addext "subjectAltName=DNS:localhost" -addext "basicConstraints=critical,CA:FALSE" \
      -CA "$1/root.crt" -CAkey "$1/root.key" -keyout "$1/server.key" -out "$1/server.crt" 2>>"$env_dir/openssl.log" ||
    { cat "$env_dir/openssl.log" >&2; exit 1; }
}

# An SMTP server, whose messages land in a folder, and an SQS server.
start_mail_and_queue() {
  local port starttls_port tls_port
  mail_certificates "$env_dir/certificates"
  port=$(free_port) starttls_port=$(free_port) tls_port=$(free_port)
  "$TEST_PYTHON" scripts/smtp_server.py "$port" "$starttls_port" "$tls_port" "$env_dir/certificates" "$env_dir/mail" \
    >"$env_dir/smtp.log" 2>&1 &
  pids+=($!)
  wait_for "the SMTP server" "$env_dir/smtp.log" '^ready' "$!"
  export TEST_SMTP_PORT=$port TEST_SMTP_STARTTLS_PORT=$starttls_port TEST_SMTP_TLS_PORT=$tls_port
  export TEST_SMTP_ROOT=$env_dir/certificates/root.crt TEST_SMTP_FOLDER=$env_dir/mail
  port=$(free_port)
  "$TEST_PYTHON" -m moto.server -H 127.0.0.1 -p "$port" >"$env_dir/sqs.log" 2>&1 &
  pids+=($!)
  wait_for "the SQS server" "$env_dir/sqs.log" 'Running on' "$!"
  export TEST_SQS_URL=http://127.0.0.1:$port
  echo "SMTP: 127.0.0.1:$TEST_SMTP_PORT, $TEST_SMTP_STARTTLS_PORT (STARTTLS), $TEST_SMTP_TLS_PORT (TLS), SQS: $TEST_SQS_URL"
}
