"""Which browser the tests drive, and which findings of the accessibility checker are faults."""

from __future__ import annotations

import shutil

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SERIOUS = ("serious", "critical")
WITHOUT_BROWSER = "no Chromium on this machine (apt install chromium)"
