"""Composition root: joins the admin, the API and the media URLs."""

from django.urls import path

urlpatterns = []
