"""Settings of the portal; every difference between deployments comes from the environment.

EMBEDDED=1 runs without services (SQLite, local files, cache in memory) and is what `make run` sets.
Without it the database, Redis and the object store have to be named.
"""

from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal import __version__
from portal.settings import environment as e
from portal.settings.fastpath import *
from portal.settings.logs import logging_config
from portal.settings.security import *
from portal.settings.unfold import UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent.parent
EMBEDDED = e.read("EMBEDDED", e.flag, default=False)
DEMO = e.read("DEMO", e.flag, default=False)
DEBUG = e.read("DEBUG", e.flag, default=False)
if DEBUG and not EMBEDDED:
    raise ImproperlyConfigured("DEBUG=1 works only with EMBEDDED=1: its error pages show secrets.")
if DEMO and not EMBEDDED:
    raise ImproperlyConfigured("DEMO=1 works only with EMBEDDED=1: demo passwords are public.")
DEMO_PASSWORD = e.read("DEMO_PASSWORD", default="portal-demo") if DEMO else None
DATA_DIR = Path(e.read("DATA_DIR", default="var")).expanduser()
if not DATA_DIR.is_absolute():
    DATA_DIR = BASE_DIR / DATA_DIR

ALLOWED_HOSTS = e.read("ALLOWED_HOSTS", e.words)
# Printed on certificates; empty: the host that the request names.
PORTAL_PUBLIC_URL = e.read("PORTAL_PUBLIC_URL", e.http_url, default="")

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "corsheaders",
    "csp",
    "import_export",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_tasks",
    "portal.jobs",
    "media_admin",
    "lms",
]
MIDDLEWARE = [
    "portal.common.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.common.security_headers.SecurityHeadersMiddleware",
    "portal.common.unread_body.UnreadBodyMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "portal.common.content_policy.ContentPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.common.language.AdminLocaleMiddleware",
    "portal.common.admin_queries.AdminQueryMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "lms.admin.session_middleware.AdminSessionMiddleware",
    "lms.admin.audit_context.AuditContextMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
# The client never expects a redirect: docs/decisions/0003-both-spellings.md.
APPEND_SLASH = False
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Data ---------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {
    "default": e.read(
        "DATABASE_URL",
        e.database,
        default=e.database(f"sqlite:///{DATA_DIR / 'portal.sqlite3'}") if EMBEDDED else e.REQUIRED,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = e.read(
        "DATABASE_CONN_MAX_AGE_SECONDS", e.natural, default=60
    )
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # From a file, a password may hold any characters; in the address they would have to be quoted.
    if database_password := e.read("POSTGRES_PASSWORD", default=""):
        DATABASES["default"]["PASSWORD"] = database_password

REDIS_URL = e.read("REDIS_URL", default="" if EMBEDDED else e.REQUIRED)
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {
            "PASSWORD": e.read("REDIS_PASSWORD", default=None),
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 2,
            # One try: a cache that is down must cost a request half a second, not many, and a
            # command whose answer was lost must not count twice.
            "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
            # A cache that is down slows the portal but does not stop it; /health/ready names it.
            "IGNORE_EXCEPTIONS": True,
        },
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "portal"}
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True

# --- Object store (see media_admin/storage) ------------------------------------------------------
MINIO_ENDPOINT = e.read("MINIO_ENDPOINT", e.http_url, default="" if EMBEDDED else e.REQUIRED)
if MINIO_ENDPOINT:
    s3_connection = {
        "endpoint": MINIO_ENDPOINT,
        "public_endpoint": e.read("MINIO_PUBLIC_ENDPOINT", e.http_url, default=""),
        "bucket": e.read("MINIO_BUCKET"),
        "region": e.read("MINIO_REGION", default="us-east-1"),
        "access_key": e.read("MINIO_ACCESS_KEY"),
        "secret_key": e.read("MINIO_SECRET_KEY"),
    }
    OBJECT_STORAGE = {
        "BACKEND": "media_admin.storage.s3.S3ObjectStorage",
        "OPTIONS": {
            **s3_connection,
            "fast_reads": e.read("FASTPATH_S3_READS", e.flag, default=True),
        },
    }
    django_files = {
        "BACKEND": "media_admin.storage.s3.S3FileStorage",
        "OPTIONS": {**s3_connection, "location": "django"},
    }
else:
    OBJECT_STORAGE = {
        "BACKEND": "media_admin.storage.local.LocalObjectStorage",
        "OPTIONS": {"root": str(DATA_DIR / "objects")},
    }
    django_files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "django")},
    }
MEDIA_KEYS_IN_USE = "lms.selectors.files.keys_in_use"
# Called with the request and the session for which a link was made.
MEDIA_LINK_IS_OPEN = "lms.api.authentication.may_follow_link"
# Called with person, key and ETag for each file that is sent to somebody known.
MEDIA_DELIVERED = "lms.services.progress.deliveries.record"
MIB = 1024 * 1024
UPLOAD_LIMITS_BYTES = {
    "video": e.read("UPLOAD_MAX_VIDEO_MB", e.positive, default=20480) * MIB,
    "pdf": e.read("UPLOAD_MAX_PDF_MB", e.positive, default=500) * MIB,
    "document": e.read("UPLOAD_MAX_DOCUMENT_MB", e.positive, default=500) * MIB,
    "image": e.read("UPLOAD_MAX_IMAGE_MB", e.positive, default=25) * MIB,
}
UPLOAD_PART_BYTES = max(5, e.read("UPLOAD_PART_MB", e.positive, default=16)) * MIB
UPLOAD_PARALLEL_PARTS = e.read("UPLOAD_PARALLEL_PARTS", e.positive, default=4)
UPLOAD_ABANDONED_HOURS = e.read("UPLOAD_ABANDONED_HOURS", e.positive, default=48)
# Who sends files: this process, or nginx, which has to be the one of deploy/nginx.
MEDIA_DELIVERY = e.read("MEDIA_DELIVERY", e.one_of("portal", "nginx"), default="portal")
if MEDIA_DELIVERY == "nginx" and not MINIO_ENDPOINT:
    raise ImproperlyConfigured("MEDIA_DELIVERY=nginx needs MINIO_ENDPOINT: nginx reads from it.")
if e.env.str("PRESIGN_MODE", default="") == "store":
    raise ImproperlyConfigured(
        "PRESIGN_MODE=store is gone: links of the store do not tell who read a file. "
        "Remove the variable; links are the portal's own."
    )
# In the embedded run as in portal/embedded.py.
WEB_THREADS = 64 if EMBEDDED else e.read("WEB_THREADS", e.positive, default=24)
# Of each process; the rest of its threads is for everything else.
STREAMS_AT_ONCE = e.read("STREAMS_AT_ONCE", e.positive, default=max(1, WEB_THREADS * 3 // 4))
if max(2, WEB_THREADS) <= STREAMS_AT_ONCE:
    raise ImproperlyConfigured("STREAMS_AT_ONCE must be smaller than WEB_THREADS.")
STREAM_STALL_SECONDS = e.read("STREAM_STALL_SECONDS", e.positive, default=180)
# How long the store's word on an object (size, type, ETag) is taken for granted.
MEDIA_KNOWN_SECONDS = e.read("MEDIA_KNOWN_SECONDS", e.natural, default=5)
STREAM_CHUNK_BYTES = max(256, e.read("STREAM_CHUNK_KB", e.positive, default=1024)) * 1024
EXPORT_ROW_LIMIT = e.read("EXPORT_ROW_LIMIT", e.positive, default=20000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * MIB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20000

# --- Background jobs ------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "portal.jobs.backend.DatabaseBackend"}}
# Of each worker. SQLite writes one thing at a time.
WORKER_THREADS = e.read("WORKER_THREADS", e.positive, default=2 if EMBEDDED else 4)
# A worker that has not been heard of for so long is dead, and its jobs run elsewhere.
WORKER_LEASE_SECONDS = e.read("WORKER_LEASE_SECONDS", e.positive, default=30)
WORKER_GRACEFUL_SECONDS = e.read("WORKER_GRACEFUL_SECONDS", e.positive, default=25)

# --- Mail ----------------------------------------------------------------------------------------
# Without EMAIL_HOST nothing is sent: people find their notices inside the portal alone, and the
# embedded run shows what it would send on a page and in the terminal.
EMAIL_HOST = e.read("EMAIL_HOST", default="")
EMAIL_PORT = e.read("EMAIL_PORT", e.positive, default=587)
EMAIL_HOST_USER = e.read("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = e.read("EMAIL_HOST_PASSWORD", default="")
_email_security = e.read("EMAIL_SECURITY", e.one_of("starttls", "tls", "none"), default="starttls")
EMAIL_USE_TLS = _email_security == "starttls"
EMAIL_USE_SSL = _email_security == "tls"
EMAIL_TIMEOUT = e.read("EMAIL_TIMEOUT_SECONDS", e.positive, default=20)
DEFAULT_FROM_EMAIL = e.read("EMAIL_FROM", default=e.REQUIRED if EMAIL_HOST else "portal@localhost")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "portal.common.console_mail.ConsoleBackend"
)
MAIL_ENABLED = EMBEDDED or bool(EMAIL_HOST)
# Keep the texts of mails for the outbox page: only where nothing is sent and the data are a trial.
MAIL_OUTBOX = EMBEDDED and not EMAIL_HOST
# Sent mails and read notices are deleted after so many days.
MAIL_KEEP_DAYS = e.read("MAIL_KEEP_DAYS", e.positive, default=180)
# Where the links in mails lead.
MAIL_LINK_BASE = PORTAL_PUBLIC_URL
if not MAIL_LINK_BASE and EMBEDDED:
    MAIL_LINK_BASE = (
        f"http://{e.read('HOST', default='127.0.0.1')}:{e.read('PORT', default='8000')}"
    )
if EMAIL_HOST and not MAIL_LINK_BASE:
    raise ImproperlyConfigured("EMAIL_HOST needs PORTAL_PUBLIC_URL: links in mails lead there.")

# --- Cleaning up at night (lms/schedules.py) -------------------------------------------------
# The least age of history that may be deleted, by the schedule or by `manage.py forget_history`.
HISTORY_LEAST_DAYS = 30
# None keeps the history of content for ever.
HISTORY_KEEP_DAYS = e.read("HISTORY_KEEP_DAYS", e.at_least(HISTORY_LEAST_DAYS), default=None)
# Sessions that ended are shown to administrators for so long.
SESSION_KEEP_DAYS = e.read("SESSION_KEEP_DAYS", e.positive, default=90)

# --- People and sessions -------------------------------------------------------------------------
AUTH_USER_MODEL = "lms.User"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = ["lms.services.accounts.role_backend.RoleBackend"]
ACCESS_TOKEN_LIFETIME = timedelta(
    minutes=e.read("ACCESS_TOKEN_MINUTES", e.positive, default=180),
)
REFRESH_TOKEN_LIFETIME = timedelta(days=e.read("REFRESH_TOKEN_DAYS", e.positive, default=30))
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": JWT_SIGNING_KEY,
    "ACCESS_TOKEN_LIFETIME": ACCESS_TOKEN_LIFETIME,
    "REFRESH_TOKEN_LIFETIME": REFRESH_TOKEN_LIFETIME,
    "USER_ID_CLAIM": "sub",
    "UPDATE_LAST_LOGIN": False,
}
# Sessions end also when nobody uses them.
SESSION_IDLE_TIME = timedelta(days=e.read("SESSION_IDLE_DAYS", e.positive, default=14))
ADMIN_IDLE_TIME = timedelta(minutes=e.read("ADMIN_IDLE_MINUTES", e.positive, default=120))
# Whether people change their own name, position and station, or HR alone does.
PROFILE_NAME_EDITABLE = e.read("PROFILE_NAME_EDITABLE", e.flag, default=False)
# Links by which people set their password themselves.
PASSWORD_LINK_MINUTES = e.read("PASSWORD_LINK_MINUTES", e.positive, default=60)
INVITATION_DAYS = e.read("INVITATION_DAYS", e.positive, default=7)
# Proxies in front of gunicorn that append to X-Forwarded-For; 0 trusts the socket alone.
TRUSTED_PROXIES = e.read("TRUSTED_PROXIES", e.natural, default=0)

# --- API -----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["lms.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["portal.common.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.common.parsers.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "portal.common.negotiation.IgnoreClientContentNegotiation",
    "DEFAULT_SCHEMA_CLASS": "portal.common.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": THROTTLES,
    "DEFAULT_THROTTLE_RATES": {
        "user": e.read("RATE_LIMIT_USER", e.rate, default="3000/min"),
        "anon": e.read("RATE_LIMIT_ANONYMOUS", e.rate, default="6000/min"),
    },
    "EXCEPTION_HANDLER": "portal.common.api_errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "NUM_PROXIES": TRUSTED_PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ATG Education Portal",
    "VERSION": __version__,
    "DESCRIPTION": "API of the employee client.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "",
    "SERVERS": [{"url": "/api", "description": "As browsers see it; proxies remove the prefix."}],
    "PREPROCESSING_HOOKS": ["portal.common.openapi.keep_client_routes"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "portal.health.describe",
        "portal.common.openapi.sort_paths",
    ],
    "TAGS": [
        {
            "name": "Sign-in",
            "description": "Tokens and who they belong to. "
            "The refresh token stays the same at each refresh.",
        },
        {"name": "Profile", "description": "What people say about themselves."},
        {"name": "Notices", "description": "What the portal tells the caller."},
        {"name": "Stations", "description": "Stations and what belongs to them; public."},
        {"name": "Programs", "description": "The training program of a station; public."},
        {"name": "Departments", "description": "The departments of the company; public."},
        {"name": "Courses", "description": "The catalogue of courses."},
        {
            "name": "Progress",
            "description": "Enrollments, completed materials, positions in videos and documents.",
        },
        {"name": "Tests", "description": "Tests of lessons and programs; graded on the server."},
        {
            "name": "Certificates",
            "description": "The caller's certificates; their public pages are not part of the API.",
        },
        {"name": "Comments", "description": "Comments on topics and files."},
        {"name": "Files", "description": "Links, folders, and bytes with ranges."},
        {"name": "Home page", "description": "Pictures of the client's home page; public."},
        {"name": "Health", "description": "Probes."},
    ],
    "PATH_CONVERTER_OVERRIDES": {
        "id": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
        "kind": {"type": "string", "enum": ["lesson", "final"]},
    },
    # Their labels are translated, and the contract must not depend on the language.
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "StationStatusEnum": ["active", "maintenance"],
        "EnrollmentStatusEnum": "lms.models.EnrollmentStatus",
        "TestKindEnum": "lms.models.TestKind",
        "SessionKindEnum": ["api", "admin"],
    },
}

# --- Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = e.read("PORTAL_LANGUAGE", e.one_of("ru", "en"), default="ru")
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
# The second holds Russian texts of packages where theirs is missing or reads badly.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "packages"]
TIME_ZONE = e.read("TIME_ZONE", e.time_zone, default="Asia/Tashkent")
USE_TZ = True
USE_I18N = True

# --- Static files and the client ------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(e.read("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    # Files that Django stores by itself; those of the portal go to OBJECT_STORAGE.
    "default": django_files,
    "staticfiles": {"BACKEND": "portal.common.static_files.HashedStaticFiles"},
}
CLIENT_DIST = e.read("CLIENT_DIST", e.client_folder, default="")
if CLIENT_DIST:
    WHITENOISE_ROOT = CLIENT_DIST
    WHITENOISE_INDEX_FILE = True

LOG_LEVEL = e.read("LOG_LEVEL", e.one_of("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")
LOG_FORMAT = e.read(
    "LOG_FORMAT", e.one_of("json", "console"), default="console" if EMBEDDED else "json"
)
LOGGING_CONFIG = "portal.settings.logs.configure"
LOGGING = logging_config(level=LOG_LEVEL, style=LOG_FORMAT)

IMPORT_EXPORT_SKIP_ADMIN_LOG = False
