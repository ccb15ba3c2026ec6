# Processes, ports and waiting; shared by the parts of scripts/services, which sources this file.
# Linux only: it reads /proc, and Swift needs Linux anyway.

die() {
    printf 'services: %s\n' "$*" >&2
    exit 1
}

# need PROGRAM PACKAGE: one line that says what to install when the program is missing.
need() {
    command -v "$1" >/dev/null && return
    printf 'services: %s is missing; install it: apt-get install %s\n' "$1" "$2" >&2
    return 1
}

# Two starts at a time, of a developer and of a test run, would build on each other's ruins.
# The daemons close descriptor 9 (see launch); otherwise they would hold the lock for ever.
hold_lock() {
    exec 9>"$SERVICES_DIR/lock"
    flock -w 300 9 || die "another start or stop holds $SERVICES_DIR/lock"
}

# Print when a process began, in ticks since boot; fail for a dead one and for a zombie.
# Together with the pid it names one process: the pid alone may have gone to a stranger since.
began() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    # shellcheck disable=SC2086  # split into fields; the command name before ") " may hold spaces
    set -- ${stat##*) }
    [ "$1" != Z ] && printf '%s\n' "${20}"
}

# A process that is gone already gets a time that none has, so that it never counts as alive.
remember() {
    printf '%s %s\n' "$2" "$(began "$2" || echo gone)" >>"$SERVICES_DIR/$1/pids"
}

# launch NAME LOG COMMAND...: run a server in a session of its own, apart from this terminal.
launch() {
    local name=$1 log=$2
    shift 2
    setsid "$@" </dev/null >>"$SERVICES_DIR/$name/$log.log" 2>&1 9>&- &
    remember "$name" $!
}

# Does every process that start started for this service still live?
alive() {
    local pid since
    [ -s "$SERVICES_DIR/$1/pids" ] || return 1
    while read -r pid since; do
        [ "$(began "$pid")" = "$since" ] || return 1
    done <"$SERVICES_DIR/$1/pids"
}

healthy() {
    alive "$1" && "${1}_answers"
}

# End exactly the recorded processes of a service and remove its data.
end() {
    local name=$1 pid since tries
    if [ -e "$SERVICES_DIR/$name/pids" ]; then
        while read -r pid since; do
            if [ "$(began "$pid")" = "$since" ]; then
                kill -"$("${name}_signal")" "$pid" || true
            fi
        done <"$SERVICES_DIR/$name/pids"
        while read -r pid since; do
            tries=100
            while [ "$(began "$pid")" = "$since" ]; do
                # Each leads a process group of its own, so its children go with it.
                [ $((tries -= 1)) -gt 0 ] || kill -KILL -- "-$pid" || break
                sleep 0.1
            done
        done <"$SERVICES_DIR/$name/pids"
    fi
    if declare -F "${name}_clean" >/dev/null; then
        "${name}_clean"
    fi
    rm -rf -- "${SERVICES_DIR:?}/$name"
}

connects() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Something else on our port must not pass for our service, nor be written to by tests.
refuse_taken_ports() {
    local port
    for port in $("${1}_ports"); do
        if connects "$port"; then
            die "$1: port $port is taken by another program; set SERVICES_${1^^}_PORT"
        fi
    done
}

refuse_other_ports() {
    local ours="$POSTGRES_PORT $REDIS_PORT $S3_PORT $NGINX_PORT" name
    if [ -e "$SERVICES_DIR/ports" ] && [ "$(cat "$SERVICES_DIR/ports")" != "$ours" ]; then
        for name in $SERVICES; do
            if alive "$name"; then
                die "running on other ports ($(cat "$SERVICES_DIR/ports")); stop them first"
            fi
        done
    fi
    printf '%s\n' "$ours" >"$SERVICES_DIR/ports"
}

# http_ok PORT PATH: does it answer 200? Needs no curl, which a slim image lacks.
http_ok() {
    local line
    line=$(
        exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
        printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
        IFS= read -r -t 5 line <&3
        printf '%s' "$line"
    ) || return 1
    [[ $line == HTTP/1.[01]\ 200* ]]
}

await() {
    local name=$1 until=$((SECONDS + TIMEOUT))
    until "${name}_answers"; do
        alive "$name" || fail_with_log "$name" "ended while starting"
        [ $SECONDS -lt $until ] || fail_with_log "$name" "did not answer within $TIMEOUT s"
        sleep 0.1
    done
}

fail_with_log() {
    printf 'services: %s %s\n' "$1" "$2" >&2
    local log logs=("$SERVICES_DIR/$1"/*.log)
    if declare -F "${1}_logs" >/dev/null; then
        mapfile -t logs < <("${1}_logs")
    fi
    for log in "${logs[@]}"; do
        if [ -s "$log" ]; then
            printf -- '--- end of %s\n' "$log" >&2
            tail -n 20 "$log" >&2
        fi
    done
    exit 1
}
