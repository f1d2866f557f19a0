"""The live what-if of a workshop: a pair of runs that people move while they watch, and the page that shows it.

The session (`session.py` and what it stands on) knows no page; the page knows no model.
"""
