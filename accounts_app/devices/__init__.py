"""Where somebody is signed in: shown to them, and ended by them ([I5])."""
