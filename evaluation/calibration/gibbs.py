"""The sampler of the estimate's model.

Rule: total of expert j on entry i = quality of i + severity of j + noise; quality is normal
around the mean of its connected part, severity normal around 0, noise Student-t. Written as a
normal with a gamma-distributed weight a ballot, every full conditional is normal or gamma, so
that a sweep is a few vector operations. How heavy the tails are is learnt from the round: with
wild ballots about 4 degrees of freedom come out, without them the noise is nearly normal, and
holding it at 4 there would throw away a tenth of the evidence.
Source: Lange, Little and Taylor 1989 (robust scale mixture); Heyard et al. 2022, Statistics and
Public Policy, doi 10.1080/2330443X.2022.2086190 (Bayesian ranking of proposals).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log

import numpy as np

from evaluation.calibration.table import Floats, Table

# Degrees of freedom the noise may have, alike before the data.
FREEDOMS = np.array([3.0, 4.0, 6.0, 10.0, 30.0])
UPPER_QUARTILES = np.array([0.7649, 0.7407, 0.7176, 0.6998, 0.6828])  # of those Student-t laws
MANY_BALLOTS = 4000
_CONSTANTS = [lgamma((f + 1) / 2) - lgamma(f / 2) - log(f) / 2 for f in FREEDOMS]
# Inverse-gamma priors (shape, scale) of the variances, worth two ballots and soon outweighed:
# quality and noise around 4 points, severity around 1.5.
QUALITY_PRIOR = (1.0, 20.0)
SEVERITY_PRIOR = (1.0, 2.0)
NOISE_PRIOR = (1.0, 20.0)


@dataclass(frozen=True, slots=True)
class Chain:
    """Kept draws of one chain. Severity is centred within each part, quality carries the mean."""

    quality: Floats  # draws x entries
    severity: Floats  # draws x experts
    spread: Floats  # draws x 3: standard deviations of quality, severity; scale of noise
    freedom: Floats  # draws: degrees of freedom of noise

    def watched(self) -> tuple[Floats, Floats, Floats]:
        """What must have settled: quality, severity, and the logarithms of the three widths.

        The noise's scale means another width at other degrees of freedom, so it is its middle
        half that is watched.
        """
        widths = self.spread.copy()
        widths[:, 2] *= UPPER_QUARTILES[np.searchsorted(FREEDOMS, self.freedom)]
        return self.quality, self.severity, np.log(widths)


def run_chain(table: Table, *, rng: np.random.Generator, draws: int, burn_in: int) -> Chain:
    """Draw from the posterior; the same table and generator state give the same chain.

    Starting points are spread wider than the posterior, so that chains that agree have
    forgotten them.
    """
    entry, expert = table.entry, table.expert
    entries, experts, ballots = len(table.entries), len(table.experts), len(table.total)
    # Experts without a ballot (one is being left out) belong to no part: give them the first.
    expert_part = np.maximum(table.expert_part, 0)
    in_part = np.bincount(table.entry_part, minlength=table.parts)
    experts_in_part = np.maximum(np.bincount(expert_part, minlength=table.parts), 1)
    level = table.total.mean()
    y = table.total - level

    quality_var, severity_var, noise_var = rng.uniform(4, 64, size=3)
    quality = rng.normal(0, 8, size=entries)
    severity = rng.normal(0, 4, size=experts)
    mean = rng.normal(0, 4, size=table.parts)
    kept = Chain(
        np.empty((draws, entries)),
        np.empty((draws, experts)),
        np.empty((draws, 3)),
        np.empty(draws),
    )
    of_entry, of_expert = quality[entry], severity[expert]
    squares, freedom = (y - of_entry - of_expert) ** 2, float(rng.choice(FREEDOMS))
    # Their draw is dear and, with many ballots, hardly ever another: it need not be in each sweep.
    tails_every = 2 if ballots < MANY_BALLOTS else 10
    for sweep in range(-burn_in, draws):
        if sweep % tails_every == 0:
            freedom, noise_var = _tails(rng, squares, freedom, noise_var)
        weight = rng.standard_gamma((freedom + 1) / 2, size=ballots)
        weight *= 2 / (freedom + squares / noise_var)
        precision = weight / noise_var

        held = np.bincount(entry, precision, entries) + 1 / quality_var
        pull = np.bincount(entry, precision * (y - of_expert), entries)
        pull += mean[table.entry_part] / quality_var
        quality = pull / held + rng.standard_normal(entries) / np.sqrt(held)
        of_entry = quality[entry]

        held = np.bincount(expert, precision, experts) + 1 / severity_var
        pull = np.bincount(expert, precision * (y - of_entry), experts)
        severity = pull / held + rng.standard_normal(experts) / np.sqrt(held)

        centre = np.bincount(table.entry_part, quality, table.parts) / in_part
        mean = centre + rng.standard_normal(table.parts) * np.sqrt(quality_var / in_part)

        # Translation: the data cannot tell a part's severity from its quality, so both crawl
        # along together; drawing their common shift from its own conditional lets them jump.
        shift = np.bincount(expert_part, severity, table.parts) / experts_in_part
        jump = rng.standard_normal(table.parts) * np.sqrt(severity_var / experts_in_part) - shift
        severity += jump[expert_part]
        quality -= jump[table.entry_part]
        mean -= jump
        of_entry, of_expert = quality[entry], severity[expert]

        squares = (y - of_entry - of_expert) ** 2
        around = quality - mean[table.entry_part]
        quality_var = _variance(rng, QUALITY_PRIOR, entries, around @ around)
        severity_var = _variance(rng, SEVERITY_PRIOR, experts, severity @ severity)
        noise_var = _variance(rng, NOISE_PRIOR, ballots, weight @ squares)
        if sweep >= 0:
            # Recorded: what the data can tell, severity against the part's average expert.
            shift += jump
            kept.severity[sweep] = severity - shift[expert_part]
            kept.quality[sweep] = quality + shift[table.entry_part] + level
            kept.freedom[sweep] = freedom
            kept.spread[sweep] = np.sqrt((quality_var, severity_var, noise_var))
    return kept


def _tails(
    rng: np.random.Generator, squares: Floats, freedom: float, noise_var: float
) -> tuple[float, float]:
    """A draw of the degrees of freedom, and of the noise's variance along with them.

    The variance moves so that the middle half of the noise stays as wide as it is; held fixed,
    it would pin the tails to their last value. The weights are integrated out, which is why
    they must be drawn right after.
    """
    shape, scale = NOISE_PRIOR
    middle = noise_var * UPPER_QUARTILES[freedom == FREEDOMS][0] ** 2
    variances = middle / UPPER_QUARTILES**2
    log_density = np.array(
        [
            len(squares) * (constant - log(variance) / 2)
            - (nu + 1) / 2 * np.log1p(squares / (nu * variance)).sum()
            # The prior of the logarithm, in which the move is a mere shift.
            - shape * log(variance)
            - scale / variance
            for nu, constant, variance in zip(FREEDOMS, _CONSTANTS, variances, strict=True)
        ]
    )
    density = np.exp(log_density - log_density.max())
    chosen = rng.choice(len(FREEDOMS), p=density / density.sum())
    return float(FREEDOMS[chosen]), float(variances[chosen])


def _variance(
    rng: np.random.Generator, prior: tuple[float, float], count: int, squares: float
) -> float:
    """A draw of a variance given `count` deviations with this sum of squares."""
    shape, scale = prior
    return float((scale + squares / 2) / rng.standard_gamma(shape + count / 2))
