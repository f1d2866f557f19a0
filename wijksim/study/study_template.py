"""A study file to start from."""

from __future__ import annotations

__all__ = ["STUDY_TEMPLATE"]

STUDY_TEMPLATE = """\
# A sensitivity study of wijksim. Change it, then: wijksim study plan FILE
format = 1
name = "What my conclusion leans on"
description = ""

baseline = "baseline"  # scenario files, or names of scenarios that come with wijksim
policy = "woonhulp"    # leave it out to study levels only, with quantities = ["baseline"]
months = 120
residents = 2000       # leave it out for the profile's own size

# morris             screening: which parameters matter at all; the cheapest
# sobol              shares of the variance, alone (S1) and with all interactions (ST); samples is a power of two
# screen_then_sobol  both, on what survives the screening; needs screen_samples
# rbd_fast, pawn, regression   one space-filling sample, from which all three are read
method = "morris"
samples = 20           # Morris: trajectories; Sobol: base points; others: points
# screen_samples = 20
# survivors = 10       # parameters that screen_then_sobol keeps at most
# second_order = true  # Sobol: indices of pairs too; nearly doubles the runs
replications = 4       # seeds at each point: with two or more, chance is told apart from parameters
seed = 1

quantities = ["effect"]            # effect (policy minus baseline on the same lives), policy, baseline
outcomes = ["employment_rate", "pocket_balance.municipality"]  # also of pairs: additionality, deadweight, displacement
years = [2019, 2024]               # or "all"
total = false                      # over the whole run as well

# Every parameter of these grades that isn't fixed; leave_out names exceptions.
all_of_grades = ["assumption"]
leave_out = []

# Single parameters, with a range of their own where it is given.
[[parameter]]
name = "matching_elasticity"
# low = 0.3
# high = 0.7
# distribution = "uniform"         # triangular, loguniform
# group = "labour market"          # parameters of a group vary together and have one index (morris, sobol)

# Levers of the policy: whole numbers, yes or no, choices.
[[parameter]]
name = "enterprise.woonhulp.places"
kind = "whole"
low = 6
high = 18

[[parameter]]
name = "policy.insurer_co_funding"
kind = "yes_no"                    # scenarios = "both" sets a lever in the baseline too

[[parameter]]
name = "matching"
kind = "choice"
choices = ["none", "tightness", "full"]  # so too: health, upbringing, insurer
"""
