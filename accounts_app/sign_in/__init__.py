"""Signing in and out, by django-allauth: who is meant by a name, how often it may be tried.

`names` finds the person, `adapter` is what django-allauth asks, `throttling` says how often.
"""
