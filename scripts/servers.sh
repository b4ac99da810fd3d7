# A PostgreSQL and a Redis for this run only: private folder, Unix sockets, no port, stopped at exit. Sourced.
# Sets SERVERS (the folder), POSTGRES_URL and REDIS_SOCKET. POSTGRES_SETTINGS may be set before.

# A socket's path must stay under 107 bytes, so the folder is not under a long TMPDIR.
SERVERS=$(mktemp -d /tmp/portal-test.XXXXXX)
REDIS_SOCKET="$SERVERS/redis.sock"
# Durability is not what tests are about.
: "${POSTGRES_SETTINGS:=-c fsync=off -c synchronous_commit=off -c full_page_writes=off}"
POSTGRES_URL="postgres://portal@/$SERVERS/sock/portal"

as_postgres() {
    # PostgreSQL refuses to run as root.
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

postgres_programs() {
    local folder
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V -r) \
        /opt/homebrew/opt/postgresql@15/bin /usr/local/opt/postgresql@15/bin; do
        [ -x "$folder/initdb" ] && echo "$folder" && return
    done
    die "PostgreSQL's initdb was not found."
}

stop_servers() {
    stop_running
    [ ! -f "$SERVERS/pg/postmaster.pid" ] ||
        (cd "$SERVERS" && as_postgres "$PGBIN/pg_ctl" -D "$SERVERS/pg" -m immediate stop >/dev/null) || true
    [ ! -f "$SERVERS/redis.pid" ] || kill "$(cat "$SERVERS/redis.pid")" 2>/dev/null || true
    rm -rf "$SERVERS"
}

start_servers() {
    local folder
    PGBIN=$(postgres_programs)
    chmod 755 "$SERVERS"
    for folder in pg sock; do
        mkdir "$SERVERS/$folder"
        [ "$(id -u)" != 0 ] || chown postgres: "$SERVERS/$folder"
    done
    chmod 700 "$SERVERS/pg"
    (
        # The postgres user must be able to read the working directory.
        cd "$SERVERS"
        as_postgres "$PGBIN/initdb" -D "$SERVERS/pg" -U portal -A trust -E UTF8 --locale=C.UTF-8 --no-sync >initdb.log
        as_postgres "$PGBIN/pg_ctl" -D "$SERVERS/pg" -l "$SERVERS/pg/server.log" -w start -o "-k $SERVERS/sock \
            -c listen_addresses= -c max_connections=100 $POSTGRES_SETTINGS" >/dev/null
        "$PGBIN/createdb" -h "$SERVERS/sock" -U portal portal
        redis-server --port 0 --unixsocket "$REDIS_SOCKET" --save '' --appendonly no \
            --daemonize yes --pidfile "$SERVERS/redis.pid" --dir "$SERVERS" >/dev/null
    )
}

trap stop_servers EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
say "PostgreSQL and Redis of our own"
start_servers
