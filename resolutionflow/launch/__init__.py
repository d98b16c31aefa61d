"""Starting and stopping: environment, supervisor, worker, embedded PostgreSQL, static files."""
