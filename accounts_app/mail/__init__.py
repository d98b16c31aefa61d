"""Mail: what it says (`letters`), as text and HTML alike, and how it is sent (`sending`)."""
