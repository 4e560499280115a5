# Sourced by scripts/services.sh, and usable by hand: a throw-away PostgreSQL, with PgBouncer before it.
#
#   env_dir=$(mktemp -d) pids=(); . scripts/postgres.sh; start_postgres; start_pgbouncer
#   cargo test -p hours-postgres -- --include-ignored
#   stop_postgres
#
# Uses `env_dir` for logs and adds to the array `pids`. Listens on loopback and on a socket in $env_dir/postgres. fsync stays on: the stores promise that what they answered is on the disk.

# postgres_bin: the folder of the server's programs; Debian keeps them out of PATH.
postgres_bin() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) "$(dirname "$(command -v initdb || echo /)")"; do
    [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ] && echo "$folder" && return
  done
  return 1
}

# postgres_package PACKAGE: from Debian, without the cluster that the package would start by itself.
postgres_package() {
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
      echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    # No service manager may start it either.
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq "$1" >"$env_dir/apt.log" 2>&1 && return
  fi
  echo "scripts/test: the package '$1' is missing and could not be installed; install it" >&2
  return 1
}

# postgres_wait NAME PID LOG COMMAND...: until the command succeeds; the process must not have ended before.
postgres_wait() {
  local name=$1 pid=$2 log=$3 tries=0
  shift 3
  until "$@" >/dev/null 2>&1; do
    if ! kill -0 "$pid" 2>/dev/null || [ $((tries += 1)) -gt 300 ]; then
      echo "scripts/test: $name did not start:" >&2
      tail -n 20 "$log" >&2
      return 1
    fi
    sleep 0.1
  done
}

# free_port: one that nothing listens on now.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# start_postgres: sets and exports POSTGRES_URL.
start_postgres() {
  postgres_bin >/dev/null || postgres_package postgresql || return
  local bin log=$env_dir/postgres.log port
  bin=$(postgres_bin) || return
  # A short path that any account can reach: a socket's may have 107 characters, and folders above $env_dir may be closed.
  postgres_dir=$(mktemp -d "${TMPDIR:-/tmp}/postgres.XXXXXX")
  ln -sfn "$postgres_dir" "$env_dir/postgres"
  # Both programs refuse to run as root.
  postgres_as=()
  if [ "$(id -u)" = 0 ]; then
    local account=nobody
    id postgres >/dev/null 2>&1 && account=postgres
    chown "$account" "$postgres_dir"
    postgres_as=(setpriv "--reuid=$account" "--regid=$(id -g "$account")" --clear-groups --)
  fi
  (cd "$postgres_dir" && "${postgres_as[@]}" "$bin/initdb" -D data -U tests -A trust -E UTF8 --locale=C) >"$log" 2>&1 ||
    { echo "scripts/test: initdb failed:" >&2; tail -n 20 "$log" >&2; return 1; }
  port=$(free_port)
  # `exec` keeps the process id.
  (cd "$postgres_dir" && exec "${postgres_as[@]}" "$bin/postgres" -D "$postgres_dir/data" -c listen_addresses=127.0.0.1 \
    -c "port=$port" -c "unix_socket_directories=$postgres_dir" -c fsync=on -c max_connections=200) >>"$log" 2>&1 &
  postgres_pid=$!
  pids+=("$postgres_pid")
  postgres_wait PostgreSQL "$postgres_pid" "$log" "$bin/psql" -h "$postgres_dir" -p "$port" -U tests -d postgres -c 'SELECT 1' || return
  postgres_port=$port
  export POSTGRES_URL=postgresql://tests@127.0.0.1:$port/postgres
  echo "PostgreSQL: $POSTGRES_URL"
}

# start_pgbouncer: in transaction mode before start_postgres's server; sets and exports PGBOUNCER_URL.
start_pgbouncer() {
  command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || postgres_package pgbouncer || return
  local program log=$env_dir/pgbouncer.log port
  program=$(command -v pgbouncer || echo /usr/sbin/pgbouncer)
  port=$(free_port)
  # Two sessions for all: a client that counts on keeping its own soon meets another's.
  cat >"$postgres_dir/pgbouncer.ini" <<INI
[databases]
postgres = host=127.0.0.1 port=$postgres_port dbname=postgres user=tests
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
server_round_robin = 1
max_client_conn = 500
; Some tests make the server crash: once it is back, go on.
server_login_retry = 1
INI
  "${postgres_as[@]}" "$program" "$postgres_dir/pgbouncer.ini" >"$log" 2>&1 &
  pids+=("$!")
  pgbouncer_pid=$!
  postgres_wait PgBouncer "$pgbouncer_pid" "$log" "$(postgres_bin)/psql" -h 127.0.0.1 -p "$port" -U tests -d postgres -c 'SELECT 1' || return
  export PGBOUNCER_URL=postgresql://tests@127.0.0.1:$port/postgres
  echo "PgBouncer: $PGBOUNCER_URL"
}

# stop_postgres: ends both, whatever sessions a killed test left open, and removes their data.
stop_postgres() {
  # The fast shutdown; at SIGTERM it would wait for the sessions to end.
  [ -z "${postgres_pid-}" ] || kill -INT "$postgres_pid" 2>/dev/null || true
  # The pooler keeps nothing, and would wait for its clients at any gentler signal.
  [ -z "${pgbouncer_pid-}" ] || kill -KILL "$pgbouncer_pid" 2>/dev/null || true
  [ -z "${postgres_pid-}" ] || wait "$postgres_pid" ${pgbouncer_pid-} 2>/dev/null || true
  [ -z "${postgres_dir-}" ] || rm -rf "$postgres_dir" "$env_dir/postgres"
}
