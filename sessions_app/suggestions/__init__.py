"""What earlier sessions suggest to a running one ([H5]): the client's, and those of the same flow.

Everything here is read in SQL, with a bound on how many rows are read, and returned as plain
dataclasses. Nothing crosses accounts. Outside of a transaction a run goes on without suggestions
when they can't be read.
"""
