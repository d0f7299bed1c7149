"""An integer programme, one objective after another, by HiGHS (Huangfu and Hall, 2018)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite
from typing import Any

import highspy
import numpy as np

from offers.matching.plan.placement import Stage

Figures = np.ndarray[Any, np.dtype[np.float64]]
_SLACK = 1e-6
_SPLIT_SLACK = 1e-4
_WITHOUT_END = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Row:
    """A sum of columns between two bounds: `terms` is ((column, factor), …)."""

    terms: Sequence[tuple[int, int]]
    least: float
    most: float


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What is best if columns could be split: `bound`, None if time was out; by column the value, and what one more
    would cost; by row the price.
    """

    bound: int | None
    values: Figures
    costs: Figures
    prices: Figures


class Programme:
    """Columns between nothing and `limits`, whole where `whole` says so, under rows.

    The others must be whole by themselves wherever the whole ones are settled.
    """

    def __init__(
        self, limits: Sequence[int], *, whole: Sequence[bool], rows: Sequence[Row], seed: int, near: float = 0.0
    ) -> None:
        """`near`: the share of the best that may be missing when it stops looking for better values."""
        self._columns, self._rows = len(limits), rows
        self._limits: Figures = np.array(limits, dtype=np.float64)
        self._solver = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1), ("random_seed", seed), ("mip_rel_gap", near)):
            self._solver.setOptionValue(name, value)
        # objectives are whole numbers: a bound less than one above what is reached proves it
        self._solver.setOptionValue("mip_abs_gap", 1 - 1e-4)
        self._solver.passModel(_model(limits, whole, rows))
        self._whole = np.array(whole, dtype=bool)
        self.values: Figures = np.zeros(self._columns)

    def start(self, values: Sequence[float] | Figures) -> None:
        """Begin with a plan that is known already."""
        self.values = np.array(values, dtype=np.float64)

    def fill(self, rows: Sequence[int], least: Sequence[int]) -> None:
        """Ask of rows, by number, to come to so much at least."""
        for row, amount in zip(rows, least, strict=True):
            self._solver.changeRowBounds(row, float(amount), self._rows[row].most)

    def split(self, gains: Mapping[int, int], *, until: float) -> Split:
        """Return the best there is if columns could be split, as far as it has come at the moment `until`."""
        self._aim(gains)
        self._limit(until)
        self._solver.setOptionValue("solve_relaxation", True)
        self._solver.run()
        self._solver.setOptionValue("solve_relaxation", False)
        status, found = self._solver.getModelStatus(), self._solver.getSolution()
        best = status == highspy.HighsModelStatus.kOptimal
        bound = floor(self._solver.getInfo().objective_function_value + _SPLIT_SLACK) if best else None
        return Split(bound, *(np.array(one) for one in (found.col_value, found.col_dual, found.row_dual)))

    def relaxed_prices(self, gains: Mapping[int, int], rows: int, *, until: float) -> list[float]:
        """Return what one more of each of the first `rows` rows would be worth if columns could be split.

        Whatever is returned bounds every plan; at the moment `until` the bound is what it has come to.
        """
        return [max(0.0, abs(price)) for price in self.split(gains, until=until).prices[:rows].tolist()]

    def found(
        self,
        gains: Mapping[int, int],
        *,
        within: tuple[Figures, Figures],
        nodes: int,
        until: float,
        first: bool = False,
    ) -> Figures | None:
        """Return the best values between two others, after so many branchings at most; None if there are none.

        With `first` the first values that are found; else it begins with the present ones, which are between the two.
        """
        every = np.arange(self._columns, dtype=np.int32)
        self._solver.changeColsBounds(self._columns, every, *within)
        self._aim(gains)
        if not first:
            self._offer()
        self._solver.setOptionValue("mip_max_improving_sols", 1 if first else _WITHOUT_END)
        self._limit(until)
        self._solver.setOptionValue("mip_max_nodes", nodes)
        self._solver.run()
        self._solver.setOptionValue("mip_max_nodes", _WITHOUT_END)
        self._solver.setOptionValue("mip_max_improving_sols", _WITHOUT_END)
        fits = self._fits()
        values = np.array(self._solver.getSolution().col_value)
        self._solver.changeColsBounds(self._columns, every, np.zeros(self._columns), self._limits)
        return values if fits else None

    def reach(self, name: str, gains: Mapping[int, int], *, most: int, until: float) -> Stage:
        """Make the most of one objective without losing any before it, and hold what is reached.

        `most` is what anybody can see cannot be exceeded; where it is reached already nothing is solved. Stops at the
        moment `until` of the monotonic clock with the best so far.
        """
        value, limit = self.worth(gains), most
        if value < most:
            self._aim(gains)
            self._offer()
            self._limit(until)
            self._solver.run()
            found = self._solver.getInfo()
            if self._fits():
                earlier, self.values = self.values, np.array(self._solver.getSolution().col_value)
                better = self.worth(gains)
                if better < value:
                    self.values = earlier
                value = max(value, better)
            if isfinite(found.mip_dual_bound):  # it has none before its first relaxation is solved
                limit = min(most, max(value, floor(found.mip_dual_bound + _SLACK)))
        if gains:
            self.hold(gains, value)
        return Stage(name, value, limit, proven=limit == value)

    def settled(self, *, until: float) -> list[float] | None:
        """Return the values of the columns, all of them whole; None if they cannot be made so in time."""
        if np.abs(self.values - np.rint(self.values)).max(initial=0) > _SLACK:
            fixed = np.flatnonzero(self._whole).astype(np.int32)
            at = np.rint(self.values[fixed])
            self._solver.changeColsBounds(len(fixed), fixed, at, at)
            every = np.arange(self._columns, dtype=np.int32)
            self._solver.changeColsIntegrality(
                self._columns, every, np.array([highspy.HighsVarType.kInteger] * self._columns)
            )
            self._limit(until)
            self._solver.run()
            if not self._fits():
                return None
            self.values = np.array(self._solver.getSolution().col_value)
        return [float(value) for value in np.rint(self.values)]

    def _fits(self) -> bool:
        """Whether the solver has values that keep to every row."""
        return bool(self._solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible)

    def _offer(self) -> None:
        start = highspy.HighsSolution()
        start.col_value = self.values.tolist()
        self._solver.setSolution(start)

    def _limit(self, until: float) -> None:
        """Give the solver until this moment of the monotonic clock, and a tenth of a second at least."""
        self._solver.setOptionValue("time_limit", max(0.1, until - time.monotonic()))

    def _aim(self, gains: Mapping[int, int]) -> None:
        every = np.arange(self._columns, dtype=np.int32)
        self._solver.changeColsCost(self._columns, every, self._by_column(gains))

    def hold(self, gains: Mapping[int, int], value: int) -> None:
        """Ask of all that follows to reach so much of an objective."""
        columns, factors = np.array(list(gains), dtype=np.int32), np.array(list(gains.values()), dtype=np.float64)
        self._solver.addRow(float(value), highspy.kHighsInf, len(columns), columns, factors)

    def worth(self, gains: Mapping[int, int], values: Figures | None = None) -> int:
        """Return what these values reach of one objective, or the present ones."""
        return round(float(np.dot(self.values if values is None else values, self._by_column(gains))))

    def _by_column(self, gains: Mapping[int, int]) -> Figures:
        costs: Figures = np.zeros(self._columns)
        costs[list(gains)] = list(gains.values())
        return costs


def _model(limits: Sequence[int], whole: Sequence[bool], rows: Sequence[Row]) -> Any:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(limits), len(rows)
    model.col_cost_, model.col_lower_ = np.zeros(len(limits)), np.zeros(len(limits))
    model.col_upper_ = np.array(limits, dtype=np.float64)
    model.row_lower_ = np.array([row.least for row in rows], dtype=np.float64)
    model.row_upper_ = np.array([row.most for row in rows], dtype=np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row.terms) for row in rows)])
    model.a_matrix_.index_ = np.array([column for row in rows for column, _ in row.terms], dtype=np.int32)
    model.a_matrix_.value_ = np.array([factor for row in rows for _, factor in row.terms], dtype=np.float64)
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger if must else kinds.kContinuous for must in whole]
    model.sense_ = highspy.ObjSense.kMaximize
    return model
