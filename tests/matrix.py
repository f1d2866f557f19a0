"""Run the core tests on each interpreter found, each in an environment of its own: `make matrix`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

VERSIONS = ("3.11", "3.12", "3.13", "3.14")
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".matrix"


def find_interpreter(version: str) -> Path | None:
    """Find a working interpreter of a version on the path or among pyenv's, which the path may hide."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"versions/{version}.*/bin/python"))]
    question = f"import ensurepip, sys; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
    for candidate in filter(None, candidates):
        if subprocess.run([candidate, "-c", question], capture_output=True, check=False).returncode == 0:
            return Path(candidate)
    return None


def prepare(version: str, interpreter: Path) -> Path:
    """Make or refresh the environment of a version and give its interpreter."""
    environment = ENVIRONMENTS / version
    python = environment / "bin" / "python"
    stamp = environment / "installed"
    if not stamp.exists() or stamp.stat().st_mtime < (ROOT / "pyproject.toml").stat().st_mtime:
        subprocess.run([interpreter, "-m", "venv", environment], check=True)
        pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        subprocess.run([*pip, "--editable", f"{ROOT}[dev]"], check=True)
        stamp.touch()
    return python


def run(version: str) -> str:
    """Run the core tests on one version and say how it went."""
    interpreter = find_interpreter(version)
    if interpreter is None:
        return "not found"
    print(f"Python {version}", flush=True)
    try:
        python = prepare(version, interpreter)
    except subprocess.CalledProcessError:
        return "FAILED to install"
    tests = subprocess.run([python, "-m", "pytest", "-m", "core", "-q", "-p", "no:cacheprovider"], cwd=ROOT)
    return "passed" if tests.returncode == 0 else "FAILED"


def main() -> int:
    """Run every version; 1 when one failed or none was found."""
    results = {version: run(version) for version in VERSIONS}
    for version, result in results.items():
        print(f"Python {version}: {result}")
    return int("passed" not in results.values() or any("FAILED" in result for result in results.values()))


if __name__ == "__main__":
    sys.exit(main())
