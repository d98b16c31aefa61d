"""Django admin: the site itself, and what keeps each admin within one account."""
