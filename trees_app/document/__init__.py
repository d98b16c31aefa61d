"""The document of a flow ([T1]): its shape, and whether it can be published ([T2])."""
