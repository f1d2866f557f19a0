"""How much hypothesis tries: the same examples each time in the tests, new ones without end in `make soak`.

A test that runs the model is decorated with `@MODEL_RUNS`: an eighth of the examples of a pure function.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", deadline=None, max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

MODEL_RUNS = settings(max_examples=settings().max_examples // 8)
