"""Hashed names for static files, JavaScript module imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Manifest storage that rewrites `import "./x.js"` too, so long cache headers are safe."""

    support_js_module_import_aggregation = True
    manifest_strict = False
