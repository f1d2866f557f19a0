"""Fitting the figures that nobody knows well to the stylised facts that are for it, by history matching."""
