# Image of the portal: `docker build .` needs nothing but this folder.
# The first stage installs and collects; the second takes only the results, so it has no build tools.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
# Wheels only: nothing is compiled, so no compiler is needed here either.
COPY requirements/runtime.txt /tmp/runtime.txt
RUN python -m venv --without-pip /opt/venv \
 && pip --python /opt/venv/bin/python install --require-hashes --only-binary :all: -r /tmp/runtime.txt
WORKDIR /app
COPY . .
# The settings refuse to load without secrets. These exist in this one command and sign nothing.
RUN EMBEDDED=1 SECRET_KEY=build-only-build-only-build-only-build-only \
    JWT_SIGNING_KEY=build-only-build-only-build-only-build-only \
    ALLOWED_HOSTS=localhost DATA_DIR=/tmp/build STATIC_ROOT=/app/staticfiles \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash portal lms media_admin deploy \
 # A strict umask of whoever builds must not lock the unprivileged user out.
 && chmod -R a+rX . && chmod 0755 deploy/entrypoint.sh

FROM python:3.13-slim
# The number and not the name, so that an orchestrator can see that it is not root.
RUN useradd --uid 10001 --user-group --no-log-init --create-home --home-dir /home/portal portal
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.base \
    STATIC_ROOT=/app/staticfiles
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
USER 10001:10001
EXPOSE 8000
# gunicorn stops accepting and finishes what it serves.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-m", "deploy.healthcheck"]
ENTRYPOINT ["/app/deploy/entrypoint.sh"]
CMD ["web"]
