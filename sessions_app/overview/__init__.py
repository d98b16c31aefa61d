"""What an account's sessions stand at, for its admins: now, and over the last seven days."""
