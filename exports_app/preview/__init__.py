"""The preview of an export: the text that can be edited, its options and highlights ([U3])."""
