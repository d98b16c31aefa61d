"""A plain form that was sent while nobody was signed in any more, kept until its person is ([I5]).

Only a form of our own pages gets here (it had to bring its CSRF token), only from a browser that
has signed in before, and only who signed in there last gets it back.
"""
