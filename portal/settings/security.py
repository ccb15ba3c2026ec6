"""Settings of keys and of the browser's safeguards: TLS, cookies, CORS, content policy."""

import os

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from portal.settings import environment as e
from portal.settings.fastpath import PASSWORD_HASHER

_embedded = e.read("EMBEDDED", e.flag, default=False)
# 0 only where no TLS ends in front of the portal, as on a developer's machine.
SECURE_TLS = e.read("SECURE_TLS", e.flag, default=not _embedded)

SECRET_KEY = e.read("SECRET_KEY", e.secret)
JWT_SIGNING_KEY = e.read("JWT_SIGNING_KEY", e.secret)
# Tokens of these keys are still read; new ones are signed with the key above.
JWT_OLD_SIGNING_KEYS = e.read("JWT_OLD_SIGNING_KEYS", e.secrets, default=[])
if SECRET_KEY in {JWT_SIGNING_KEY, *JWT_OLD_SIGNING_KEYS}:
    raise ImproperlyConfigured("JWT_SIGNING_KEY is the same as SECRET_KEY: make one of its own.")
JWT_ISSUER = e.read("JWT_ISSUER", default="atg-portal")
# How long a request may be on its way, beyond what its size needs at 8 KB/s.
REQUEST_BODY_SECONDS = e.read("REQUEST_BODY_SECONDS", e.positive, default=20)

CSRF_TRUSTED_ORIGINS = e.read("CSRF_TRUSTED_ORIGINS", e.origins, default=[])
CORS_ALLOWED_ORIGINS = e.read("CORS_ALLOWED_ORIGINS", e.origins, default=[])
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
CORS_ALLOW_HEADERS = ["authorization", "content-type", "range", "if-range", "x-request-id"]
CORS_EXPOSE_HEADERS = [
    "Content-Length",
    "Content-Range",
    "Accept-Ranges",
    "ETag",
    "X-Request-ID",
    "Retry-After",
]

# Browsers take a cookie of such a name by https alone, from this host alone, for all its paths.
_prefix = "__Host-" if SECURE_TLS else ""
SESSION_COOKIE_NAME = f"{_prefix}portal_admin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE_TLS
SESSION_COOKIE_AGE = e.read("ADMIN_SESSION_HOURS", e.positive, default=12) * 3600
CSRF_COOKIE_NAME = f"{_prefix}csrftoken"
CSRF_COOKIE_SECURE = SECURE_TLS
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE_TLS
LANGUAGE_COOKIE_SAMESITE = "Lax"
MEDIA_COOKIE_NAME = f"{_prefix}portal_media"
MEDIA_COOKIE_SECURE = SECURE_TLS
DEVICE_COOKIE_NAME = f"{_prefix}portal_device"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if SECURE_TLS else None
SECURE_HSTS_SECONDS = (
    e.read("HSTS_SECONDS", e.natural, default=31536000 if SECURE_TLS else 0) if SECURE_TLS else 0
)
SECURE_HSTS_INCLUDE_SUBDOMAINS = e.read("HSTS_SUBDOMAINS", e.flag, default=False)
SECURE_SSL_REDIRECT = False  # The proxy in front decides; a redirect here breaks health probes.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
# The same in deploy/nginx/templates/client_headers.conf.template.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)
# Who reads the API's description and the states of services, besides staff of the admin.
INTERNALS_OPEN = e.read("INTERNALS_OPEN", e.flag, default=_embedded)
INTERNALS_ADDRESSES = e.read("INTERNALS_ADDRESSES", e.networks, default=[])
# W008: the proxy redirects to TLS. W021: preloading a name is the operator's own decision.
SILENCED_SYSTEM_CHECKS = ["security.W008", "security.W021"]

_public_store = e.read("MINIO_PUBLIC_ENDPOINT", e.http_url, default="")
_stores = [_public_store] if _public_store else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # unfold's build of Alpine.js evaluates the attributes of its templates (docs/security.md).
        "script-src": [SELF, UNSAFE_EVAL],
        "script-src-attr": [NONE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:", *_stores],
        "media-src": [SELF, "blob:", *_stores],
        "connect-src": [SELF, *_stores],
        "font-src": [SELF, "data:"],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Of all processes together; a burst of sign-ins must not take every core from those who learn.
_half_of_cores = max(1, (os.cpu_count() or 1) // 2)
SIGN_IN_HASHES_AT_ONCE = e.read("SIGN_IN_HASHES_AT_ONCE", e.positive, default=_half_of_cores)
# Sign-ins wait for their hash in a thread of the server; the rest of the threads is for the others.
SIGN_INS_AT_ONCE = max(1, e.read("WEB_THREADS", e.positive, default=24) * 3 // 4)
# Failed logins: free attempts, then a delay that doubles. Strict for an account from one address;
# wide and short for an account from everywhere and for an address, where known devices are spared.
LOGIN_FREE_ATTEMPTS = e.read("LOGIN_FREE_ATTEMPTS", e.positive, default=5)
LOGIN_MAX_DELAY_SECONDS = e.read("LOGIN_MAX_DELAY_SECONDS", e.positive, default=900)
LOGIN_ACCOUNT_FREE_ATTEMPTS = e.read("LOGIN_ACCOUNT_FREE_ATTEMPTS", e.positive, default=50)
LOGIN_ADDRESS_FREE_ATTEMPTS = e.read("LOGIN_ADDRESS_FREE_ATTEMPTS", e.positive, default=300)
LOGIN_SLOW_DELAY_SECONDS = e.read("LOGIN_SLOW_DELAY_SECONDS", e.positive, default=60)
PASSWORD_HASHERS = [
    PASSWORD_HASHER,
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.BCryptPasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": e.read("PASSWORD_MIN_LENGTH", e.positive, default=10)},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "portal.common.password_validators.ForbiddenWordsValidator",
        "OPTIONS": {"words": e.read("PASSWORD_FORBIDDEN_WORDS", e.words, default=["portal"])},
    },
]
_blocklist = e.read("PASSWORD_BLOCKLIST_FILE", e.file, default=None)
if _blocklist:
    AUTH_PASSWORD_VALIDATORS.append(
        {
            "NAME": "django.contrib.auth.password_validation.CommonPasswordValidator",
            "OPTIONS": {"password_list_path": _blocklist},
        }
    )
