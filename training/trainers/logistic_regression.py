"""Logistic regression: scikit-learn's LogisticRegression with a ridge penalty, fitted on the driver.

A weight for every feature, which says how much it counts: for few rows, or where every answer must be explained.
Not where features act together in ways that nobody wrote down: trees find those.
See https://scikit-learn.org/stable/modules/linear_model.html#logistic-regression
"""

from sklearn.linear_model import LogisticRegression as Estimator

from training.trainers.weighted_sum import WeightedSum


class LogisticRegression(WeightedSum):
    LINK = "logistic"

    def estimator(self):
        return Estimator(tol=1e-8, max_iter=10_000, random_state=self.seed)
