"""Exact stretches of a topic as the Spark Kafka source wants them."""

import json

RECORD = "partition int, offset bigint, received bigint, key binary, value binary"


def read_offsets(spark, broker, topic, offsets):
    """The records of `offsets` (partition -> [from, to)), each exactly once, as columns of RECORD; `broker` as of
    `broker_options`.

    Fails when retention removed some of them (`failOnDataLoss`); control records of transactions have offsets
    but are no records, so that a stretch may well hold fewer than `to - from`.
    """
    stretches = {partition: tuple(map(int, pair)) for partition, pair in offsets.items()}
    stretches = {partition: pair for partition, pair in stretches.items() if pair[0] < pair[1]}
    if not stretches:
        return spark.createDataFrame([], RECORD)
    reader = spark.read.format("kafka").options(
        **broker,
        **{
            "kafka.isolation.level": "read_committed",
            "assign": json.dumps({topic: sorted(map(int, stretches))}),
            "startingOffsets": json.dumps({topic: {partition: start for partition, (start, _) in stretches.items()}}),
            "endingOffsets": json.dumps({topic: {partition: end for partition, (_, end) in stretches.items()}}),
            "failOnDataLoss": "true",
        }
    )
    return reader.load().selectExpr("partition", "offset", "unix_millis(timestamp) AS received", "key", "value")
