# OpenStack Swift with its s3api middleware: an S3 server that really checks signatures, expiry,
# ranges and part sizes. Unlike MinIO it has no POST policy, no bucket policy and no lifecycle, and
# refuses an anonymous GET with 400 rather than 403.

readonly SWIFT_VERSION=2.38.3
# Not below SERVICES_DIR: it is no data, and stop would cost the next start a download.
readonly SWIFT_VENV=${SERVICES_SWIFT_VENV:-$REPO/var/swift-venv}

s3_programs() {
    [ -e "$SWIFT_VENV/swift-$SWIFT_VERSION" ] || "$REPO/scripts/find-python" >/dev/null
}

s3_ports() { seq "$S3_PORT" $((S3_PORT + 3)); }
s3_signal() { echo TERM; }

s3_start() {
    local etc=$SERVICES_DIR/s3/etc server
    s3_install || return 1
    "$SWIFT_VENV/bin/python" "$PARTS/swift_config.py" "$SERVICES_DIR/s3" "$S3_PORT" \
        "$S3_ACCESS_KEY" "$S3_SECRET_KEY" "$S3_REGION" >"$SERVICES_DIR/s3/config.log" 2>&1 || return 1
    for server in account container object proxy; do
        # Swift reads swift.conf and the rings from here instead of /etc/swift.
        SWIFT_DIR=$etc launch s3 "$server" \
            "$SWIFT_VENV/bin/python" "$SWIFT_VENV/bin/swift-$server-server" "$etc/$server.conf" -v
    done
}

# The marker comes last, so an interrupted installation is made anew.
s3_install() {
    [ ! -e "$SWIFT_VENV/swift-$SWIFT_VERSION" ] || return 0
    local python
    python=$("$REPO/scripts/find-python") || return 1
    rm -rf -- "$SWIFT_VENV"
    mkdir -p "$(dirname "$SWIFT_VENV")"
    "$python" -m venv "$SWIFT_VENV" >"$SERVICES_DIR/s3/install.log" 2>&1 &&
        "$SWIFT_VENV/bin/python" -m pip install --quiet --disable-pip-version-check \
            "swift==$SWIFT_VERSION" >>"$SERVICES_DIR/s3/install.log" 2>&1 || return 1
    : >"$SWIFT_VENV/swift-$SWIFT_VERSION"
}

# A signed request, which passes through all four servers and makes the bucket if it is not there.
s3_answers() {
    http_ok "$S3_PORT" /healthcheck && "$SWIFT_VENV/bin/python" "$PARTS/s3_bucket.py" \
        "http://127.0.0.1:$S3_PORT" "$S3_BUCKET" "$S3_ACCESS_KEY" "$S3_SECRET_KEY" "$S3_REGION" \
        2>"$SERVICES_DIR/s3/bucket.log"
}
