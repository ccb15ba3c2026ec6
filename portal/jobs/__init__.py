"""Background jobs: tasks are queued in the database, and workers run them.

The interface is Django's own (`django_tasks`, in Django 6 `django.tasks`): a function is marked as
a task and called by `.enqueue(...)`. This package is its backend, and adds what a queue needs to
survive a killed worker; docs/decisions/0012-jobs.md compares it with others.
"""
