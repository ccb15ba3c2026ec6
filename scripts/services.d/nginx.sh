# An nginx that puts the S3 server behind /api/minio/, as the portal's own does in production.
# Tests of other nginx rules start an nginx of their own with the configuration they test.

nginx_programs() { need nginx nginx-light; }
nginx_ports() { echo "$NGINX_PORT"; }
nginx_signal() { echo TERM; }

nginx_start() {
    local home=$SERVICES_DIR/nginx
    nginx_config >"$home/nginx.conf"
    launch nginx nginx nginx -p "$home/" -c nginx.conf -e stderr
}

# Started by root, the worker would become nobody, who may not be able to enter the folder.
nginx_config() {
    [ "$(id -u)" != 0 ] || echo "user root;"
    sed -e "s/@NGINX_PORT@/$NGINX_PORT/" -e "s/@S3_PORT@/$S3_PORT/" "$PARTS/nginx.conf.in"
}

# Through to Swift's own health route, so the way to the upstream is proven as well.
nginx_answers() { http_ok "$NGINX_PORT" /api/minio/healthcheck; }
