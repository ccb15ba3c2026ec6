# A PostgreSQL cluster of our own: user portal, password portal, who may create databases but is no
# superuser, so that a migration which needs more rights than production gives fails here too.

# The newest server that Debian holds, else the one on PATH. A version folder may have clients only.
postgres_bin() {
    local initdb
    initdb=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    [ -x "$initdb" ] || initdb=$(command -v initdb) || return 1
    dirname "$initdb"
}

postgres_programs() {
    postgres_bin >/dev/null || need initdb postgresql
}

postgres_ports() { echo "$POSTGRES_PORT"; }
# Fast shutdown: end the sessions instead of waiting for them.
postgres_signal() { echo INT; }
postgres_logs() { echo "$(postgres_home)/server.log"; }

# PostgreSQL refuses to run as root.
postgres_user() {
    if [ "$(id -u)" != 0 ]; then
        id -un
    elif id postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

# Neither the working directory nor the lock is the server's business.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec runuser -u "$(postgres_user)" -- "$@" 9>&-)
    else
        (cd / && exec "$@" 9>&-)
    fi
}

postgres_home() {
    if [ -e "$SERVICES_DIR/postgres/elsewhere" ]; then
        cat "$SERVICES_DIR/postgres/elsewhere"
    else
        echo "$SERVICES_DIR/postgres/cluster"
    fi
}

# Make the folder of the cluster. It goes below /tmp when the server's user cannot enter the
# repository (a root-only home), or when the path leaves no room for a socket: 107 bytes with name.
postgres_make_home() {
    local home=$SERVICES_DIR/postgres/cluster
    mkdir -p "$home"
    if [ ${#home} -gt 85 ] || ! as_postgres test -x "$home"; then
        rmdir "$home"
        home=$(mktemp -d /tmp/portal-postgres.XXXXXX)
        printf '%s\n' "$home" >"$SERVICES_DIR/postgres/elsewhere"
    fi
    chmod 700 "$home"
    if [ "$(id -u)" = 0 ]; then
        chown "$(postgres_user)" "$home"
    fi
}

postgres_start() {
    local bin home log
    postgres_make_home
    bin=$(postgres_bin) home=$(postgres_home) log=$(postgres_logs)
    # C.UTF-8 knows upper and lower case beyond ASCII, which searching in Cyrillic needs.
    as_postgres "$bin/initdb" --pgdata="$home/data" --username=postgres --encoding=UTF8 \
        --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256 --no-sync \
        >"$SERVICES_DIR/postgres/initdb.log" 2>&1 || {
        tail -n 20 "$SERVICES_DIR/postgres/initdb.log" >&2
        return 1
    }
    as_postgres tee -a "$home/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $POSTGRES_PORT
unix_socket_directories = '${home//\'/\'\'}'
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
    as_postgres "$bin/pg_ctl" start --silent --wait --timeout="$TIMEOUT" \
        --pgdata="$home/data" --log="$log" </dev/null >/dev/null 2>&1 || return 1
    remember postgres "$(head -n 1 "$home/data/postmaster.pid")"
    as_postgres "$bin/psql" -Xq -v ON_ERROR_STOP=1 -h "$home" -p "$POSTGRES_PORT" -U postgres <<'SQL'
CREATE ROLE portal LOGIN CREATEDB PASSWORD 'portal';
CREATE DATABASE portal OWNER portal;
SQL
}

postgres_answers() {
    PGPASSWORD=portal PGCONNECT_TIMEOUT=5 "$(postgres_bin)/psql" -Xq -c 'SELECT 1' \
        -h 127.0.0.1 -p "$POSTGRES_PORT" -U portal portal >/dev/null 2>&1
}

postgres_clean() {
    local elsewhere=$SERVICES_DIR/postgres/elsewhere
    if [ -e "$elsewhere" ]; then
        rm -rf -- "$(cat "$elsewhere")"
    fi
}
