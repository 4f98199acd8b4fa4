"""Logistic regression of Spark ML, fitted on the executors.

As `logistic-regression`, for more rows than one machine fits in a useful time.
See https://spark.apache.org/docs/latest/ml-classification-regression.html#logistic-regression
"""

from pyspark.ml.classification import LogisticRegression

from training.trainers.spark_ml import SparkMl


class SparkLogisticRegression(SparkMl):
    def estimator(self, count):
        # A ridge penalty as large as that of scikit-learn by default, which is not divided by the rows.
        return LogisticRegression(regParam=1 / count, tol=1e-10, maxIter=500)

    def described(self, fitted, encoding):
        return encoding.linear_model(fitted.intercept, fitted.coefficients, "logistic")
