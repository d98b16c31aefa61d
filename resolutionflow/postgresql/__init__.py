"""Django's PostgreSQL backend, for which no stored time is too large to be read."""
