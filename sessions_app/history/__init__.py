"""The history page and the sidebar: what is asked for, how it reads, and under which day."""
