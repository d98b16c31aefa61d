"""What every page shares: responses, errors, dates, texts, middleware."""
