"""Going on in another flow, with the ticket, the client and the values of a session."""
