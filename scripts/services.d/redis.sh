# Redis without persistence: tests may flush it, nobody misses the data.

redis_programs() { need redis-server redis-server; }
redis_ports() { echo "$REDIS_PORT"; }
redis_signal() { echo TERM; }

redis_start() {
    launch redis redis redis-server --bind 127.0.0.1 --port "$REDIS_PORT" --daemonize no \
        --save '' --appendonly no --dir "$SERVICES_DIR/redis"
}

redis_answers() {
    local line
    line=$(
        exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$REDIS_PORT" || exit 1
        printf 'PING\r\n' >&3
        IFS= read -r -t 5 line <&3
        printf '%s' "$line"
    ) || return 1
    [[ $line == +PONG* ]]
}
