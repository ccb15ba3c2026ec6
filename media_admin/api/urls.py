"""Routes of the media library: for the widgets of the admin, and signed URLs."""

from django.urls import path

from media_admin.api import local_upload, views

staff_urlpatterns = [
    path("uploads", views.start, name="media-upload-start"),
    path("uploads/<uuid:file_id>", views.detail, name="media-upload"),
    path("uploads/<uuid:file_id>/parts", views.parts, name="media-upload-parts"),
    path("uploads/<uuid:file_id>/finish", views.finish, name="media-upload-finish"),
    path("uploads/<uuid:file_id>/abort", views.abort, name="media-upload-abort"),
    path("preview", views.preview, name="media-preview"),
]
public_urlpatterns = [
    path("local/<str:token>", local_upload.signed, name="media-local"),
    # The key is the rest of the path; the signature is in the query.
    path("signed/<path:key>", views.signed, name="media-signed"),
]
