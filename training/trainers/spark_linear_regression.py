"""Linear regression of Spark ML, fitted on the executors.

As `linear-regression`, for more rows than one machine fits in a useful time.
See https://spark.apache.org/docs/latest/ml-classification-regression.html#linear-regression
"""

from pyspark.ml.regression import LinearRegression

from training.trainers import REGRESSION
from training.trainers.spark_ml import SparkMl


class SparkLinearRegression(SparkMl):
    TASKS = (REGRESSION,)

    def estimator(self, count):
        # A ridge penalty that more rows outweigh, as that of scikit-learn.
        return LinearRegression(regParam=1 / count, tol=1e-10, maxIter=500)

    def described(self, fitted, encoding):
        return encoding.linear_model(fitted.intercept, fitted.coefficients, "identity")
