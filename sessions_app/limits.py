"""How long the texts of a session may be, in characters. Said to the user where they bite."""

TICKET = 100
CLIENT = 200
TITLE = 30
LINE = 2_000
NOTES = 100_000
SCRATCHPAD = 200_000
COMMAND_OUTPUT = 1_000_000
VARIABLE = 2_000
DECISIONS = 5_000
CUSTOM_STEPS = 500
CUSTOM_TITLE = 200
