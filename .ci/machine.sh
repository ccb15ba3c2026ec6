# What .ci/run and .ci/full share: install what is missing, start the services, stop them at the end.
# shellcheck shell=bash
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

finish() {
    local code=$?
    trap - EXIT
    step "Stop the services"
    scripts/services stop || true
    step "$([ $code = 0 ] && echo Passed || echo "Failed with exit code $code")"
    exit $code
}

step() {
    printf '\n=== [%4d s] %s\n' "$SECONDS" "$*"
}

# The package of each program that is not there. Debian keeps servers out of an ordinary PATH.
missing_packages() {
    local PATH=$PATH:/usr/sbin:/sbin
    command -v make >/dev/null || echo make
    command -v git >/dev/null || echo git
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null ||
        echo postgresql
    command -v redis-server >/dev/null || echo redis-server
    command -v nginx >/dev/null || echo nginx-light
    command -v chromium >/dev/null || echo chromium
    command -v ffmpeg >/dev/null || echo ffmpeg
    command -v mpv >/dev/null || echo mpv
    command -v qpdf >/dev/null || echo qpdf
    command -v curl >/dev/null || echo curl
    command -v wget >/dev/null || echo wget
    # A library for a test alone: shows a worker a wrong time of day.
    compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || echo libfaketime
    command -v aria2c >/dev/null || echo aria2
    # NodeSource's nodejs brings npm and conflicts with Debian's package of it, while Debian's does
    # not bring it: ask for npm only when node is there without.
    if ! command -v node >/dev/null; then
        echo nodejs
    elif ! command -v npm >/dev/null; then
        echo npm
    fi
}

install_packages() {
    local packages
    mapfile -t packages < <(missing_packages)
    if [ ${#packages[@]} = 0 ]; then
        echo "Nothing is missing."
        return
    fi
    [ "$(id -u)" = 0 ] || {
        echo "Missing, and only root can install: ${packages[*]}" >&2
        return 1
    }
    apt-get -qq update
    # The second round is for what the first shows to be missing still: npm.
    for _ in 1 2; do
        mapfile -t packages < <(missing_packages)
        [ ${#packages[@]} -gt 0 ] || break
        echo "Installing: ${packages[*]}"
        apt-get -qq install --yes --no-install-recommends "${packages[@]}" >/dev/null
    done
}

prepare_machine() {
    trap finish EXIT
    # An aborted job must stop its services as well.
    trap 'exit 130' INT
    trap 'exit 143' TERM
    export DEBIAN_FRONTEND=noninteractive CI=1 REQUIRE_SERVICES=1

    step "Install what is missing"
    install_packages

    step "Start PostgreSQL, Redis, S3 and nginx"
    scripts/services start
    scripts/services status
    eval "$(scripts/services env)"
}
