"""Addresses of mail: which are confirmed, and how somebody changes their own ([I1]).

A person's address is `User.email`. It is confirmed when django-allauth has a verified row of the
very same address; whoever else sets it, an admin, a directory, a command, leaves it unconfirmed. An
address that somebody wants instead is an unverified row until they have confirmed it.
"""
