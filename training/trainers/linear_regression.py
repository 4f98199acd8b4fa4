"""Linear regression: scikit-learn's Ridge, fitted on the driver.

A weight for every feature, which says how much it counts: for few rows, or where every answer must be explained.
Not where features act together in ways that nobody wrote down: trees find those.
See https://scikit-learn.org/stable/modules/linear_model.html#ridge-regression-and-classification
"""

from sklearn.linear_model import Ridge

from training.trainers import REGRESSION
from training.trainers.weighted_sum import WeightedSum


class LinearRegression(WeightedSum):
    TASKS = (REGRESSION,)

    def estimator(self):
        # Solved at once, without a choice that a seed could make.
        return Ridge(alpha=1.0, solver="cholesky")
