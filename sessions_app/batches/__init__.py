"""A batch: the sessions of one maintenance flow over several targets, seen as one ([S11]).

A batch is no object of its own; it is what its sessions say. Everyone sees of it the sessions
that they may read ([A2]). A batch of 100 targets is read in three queries, however many steps.
"""
