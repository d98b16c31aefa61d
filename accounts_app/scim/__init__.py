"""SCIM 2.0 at `/scim/v2` (RFC 7643, RFC 7644): the directory of an account keeps its users, and
its groups as teams ([I3]).

`scim2-models` has the protocol: shapes, filters, patches in the dialects of Entra and Okta. Here is
what they mean for users and teams.
"""
