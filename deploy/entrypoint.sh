#!/bin/sh
# Start of the portal's image.
#
#   web [ARGS]        wait for the database, migrate, then serve with gunicorn (the default)
#   worker [ARGS]     run background jobs; never migrates
#   migrate           wait for the database and migrate
#   manage COMMAND    run a management command
#   anything else     run it as it is
#
# Every branch ends in exec, so that the stop signal reaches the program and not this shell.
set -eu
cd /app

case "${1:-web}" in
web)
    [ $# = 0 ] || shift
    exec python -m deploy.prepare_database \
        gunicorn --config python:portal.gunicorn portal.wsgi:application "$@"
    ;;
worker)
    shift
    exec python manage.py run_worker "$@"
    ;;
migrate)
    exec python -m deploy.prepare_database
    ;;
manage)
    shift
    exec python manage.py "$@"
    ;;
*)
    exec "$@"
    ;;
esac
