"""What every test finds ready: hypothesis' profiles, and the real data where they lie beside the repository."""

from pathlib import Path

import hypothesis_profiles  # noqa: F401  (registers and loads a profile)
import pytest
from browsing import BROWSER


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with the real CBS tables, which are no part of the repository."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real CBS tables (../shared/data) are not here; the samples in tests/data are tested")
    return folder


@pytest.fixture(scope="module")
def browser():
    """Chromium as it is on this machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile before the workers of xdist start; `warm_up` says why."""
    if not hasattr(session.config, "workerinput"):
        from warm_up import compile_the_month

        compile_the_month()
