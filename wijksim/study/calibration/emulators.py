"""Emulators: a Gaussian process for each fact, judged by how well it says what it hasn't seen (extra ``calibrate``)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError
from wijksim.study.calibration.targets import Target

__all__ = ["Emulator", "fit_emulators", "one_thread", "require_scikit_learn"]

Floats = NDArray[np.float64]

_FOLDS = 5
_FEWEST_POINTS = 10
"""Points with a value below which no emulator is made."""

_CHUNK = 4096
"""Points that are predicted at once, so that memory stays small."""


@dataclass(frozen=True)
class Emulator:
    """What a fact would be at points that were not run.

    Parameters
    ----------
    target : Target
        The fact.
    points : int
        Points that it was made from.
    chance : float
        Variance of the mean over seeds at a point, by chance alone.
    spread : float
        How far the mean of other points lies from what a held-out point gave: root mean square.
    held_out : float
        The same for the emulator; NaN where none was made.
    inflation : float
        By which the emulator's own variance is multiplied, as held-out points lie further off than it says; 1 or more.
    process : GaussianProcessRegressor or None
        None where none was made.
    reason : str
        Why the fact rules nothing out; empty where it may.
    """

    target: Target
    points: int
    chance: float
    spread: float
    held_out: float
    inflation: float
    process: Any = None
    reason: str = ""

    @property
    def explained(self) -> float:
        """Part of the variance between held-out points that it foresees; 0 or less: it is no better than the mean."""
        return 1.0 - (self.held_out / self.spread) ** 2 if self.spread > 0.0 else float("nan")

    @property
    def used(self) -> bool:
        """Whether it may rule anything out."""
        return not self.reason

    def predict(self, uniforms: Floats) -> tuple[Floats, Floats]:
        """Mean of the fact at points, and the variance of that: of the emulator alone, without chance.

        Parameters
        ----------
        uniforms : array of float64, shape (points, factors)
            From 0 to 1.

        Returns
        -------
        mean, variance : arrays of float64, shape (points,)
        """
        parts = [_predict(self.process, uniforms[first : first + _CHUNK]) for first in range(0, len(uniforms), _CHUNK)]
        mean, total = (np.concatenate(each) for each in zip(*parts, strict=True))
        return mean, np.maximum(total - _noise(self.process), 0.0) * self.inflation


def require_scikit_learn() -> None:
    """Say what to install where scikit-learn isn't there.

    Raises
    ------
    InputError
        It isn't.
    """
    try:
        import sklearn  # noqa: F401
    except ImportError:
        hint = 'Install it: python -m pip install "wijksim[calibrate]".'
        raise InputError.single("calibrate", "needs scikit-learn, which isn't installed.", hint) from None


def one_thread() -> AbstractContextManager[Any]:
    """Let linear algebra use one thread: its matrices are small, and sums come in the same order on any machine."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits


def fit_emulators(
    targets: Sequence[Target], uniforms: Floats, values: Floats, errors: Floats, seed: int
) -> tuple[Emulator, ...]:
    """Make an emulator of each fact.

    Parameters
    ----------
    targets : sequence of Target
        The facts.
    uniforms : array of float64, shape (points, factors)
        Where it was run.
    values, errors : arrays of float64, shape (points, targets)
        Mean over seeds there and its standard error by chance; NaN where there is none.
    seed : int
        Of the folds.
    """
    return tuple(
        _fit(target, uniforms, values[:, place], errors[:, place], seed) for place, target in enumerate(targets)
    )


def _fit(target: Target, uniforms: Floats, values: Floats, errors: Floats, seed: int) -> Emulator:
    nan = float("nan")
    usable = np.isfinite(values)
    x, y = uniforms[usable], values[usable]
    known = errors[usable & np.isfinite(errors)]
    chance = float((known**2).mean()) if known.size else 0.0
    if y.size < _FEWEST_POINTS:
        reason = f"{y.size} of {len(values)} points have a value; {_FEWEST_POINTS} are needed"
        return Emulator(target, y.size, chance, nan, nan, 1.0, reason=reason)
    if not y.std() > 0.0:
        return Emulator(target, y.size, chance, 0.0, nan, 1.0, reason="none of these parameters moves it")
    off, off_mean, surprise = _held_out(x, y, seed)
    spread, held_out = (float(np.sqrt((each**2).mean())) for each in (off_mean, off))
    reason = "" if held_out < spread else "its emulator is no better than the mean of the points"
    inflation = max(1.0, float((surprise**2).mean()))
    return Emulator(target, y.size, chance, spread, held_out, inflation, _process(x, y), reason)


def _held_out(x: Floats, y: Floats, seed: int) -> tuple[Floats, Floats, Floats]:
    """What each point gave less what was foreseen without it: by the emulator, by the mean, and in its own sd."""
    from sklearn.model_selection import KFold

    off, off_mean, surprise = np.zeros((3, y.size))
    for kept, held in KFold(_FOLDS, shuffle=True, random_state=seed % 2**32).split(x):
        mean, variance = _predict(_process(x[kept], y[kept]), x[held])
        off[held], off_mean[held] = y[held] - mean, y[held] - y[kept].mean()
        surprise[held] = off[held] / np.sqrt(variance)
    return off, off_mean, surprise


def _process(x: Floats, y: Floats) -> Any:
    """A Gaussian process: smooth in each parameter with a length of its own, and noise, as chance differs by point."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    smooth = ConstantKernel(1.0, (1e-3, 1e3)) * RBF(np.full(x.shape[1], 2.0), (0.05, 100.0))
    process = GaussianProcessRegressor(smooth + WhiteKernel(0.1, (1e-6, 10.0)), normalize_y=True)
    with warnings.catch_warnings():  # a length at its bound is a parameter that the fact doesn't feel
        warnings.simplefilter("ignore", ConvergenceWarning)
        return process.fit(x, y)


def _predict(process: Any, x: Floats) -> tuple[Floats, Floats]:
    """Mean and variance, of which the noise is a part."""
    mean, sd = process.predict(x, return_std=True)
    return mean, sd**2


def _noise(process: Any) -> float:
    return float(process.kernel_.k2.noise_level * process._y_train_std**2)
