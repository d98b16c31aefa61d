"""Flows from files, one module a format."""
