"""Django's PostgreSQL backend, for which no stored time is too large to be read."""

# What is counted one by one stays below this, by constraints; a column holds 2,147,483,647.
MAX_COUNT = 2_000_000_000
