"""What earlier sessions tell a running one ([H5]): the client's, and those of the same flow.

Everything here is read, in SQL and with a bound on what is looked at, and comes out as plain
dataclasses. Nothing crosses accounts, and a run goes on without it when it can't be read.
"""
