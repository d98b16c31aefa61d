"""The files of a session's steps: what is let in, and where the bytes lie."""
