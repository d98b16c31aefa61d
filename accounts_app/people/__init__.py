"""The people of an account: who there is, inviting others, links for new passwords."""
