"""What is masked and why: each module holds a list `RULES`, collected by `redaction.registry`."""
