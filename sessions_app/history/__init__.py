"""The history page, the sidebar, the dashboard, and the page of one session."""
