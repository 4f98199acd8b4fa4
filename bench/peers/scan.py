"""CPU seconds of Python's usual way from a topic to a drift report; prints one JSON object.

scan.py BROKER TOPIC RECORDS REFERENCE: kafka-python reads that many records of the topic, json.loads parses each,
pandas makes a frame of them, Evidently's preset compares it with the frame of REFERENCE, a file of JSON lines with the
features of the training data. Imports, joining and the frame of the reference are not counted.
"""

import json
import sys
import time

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset
from kafka import KafkaConsumer, TopicPartition

broker, topic, records, reference_file = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]

rows = pd.read_json(reference_file, lines=True)
categorical = [name for name in rows.columns if rows[name].dtype == object]
definition = DataDefinition(
    numerical_columns=[name for name in rows.columns if name not in categorical],
    categorical_columns=categorical,
)
reference = Dataset.from_pandas(rows, data_definition=definition)

consumer = KafkaConsumer(
    bootstrap_servers=[broker],
    enable_auto_commit=False,
    value_deserializer=json.loads,
    consumer_timeout_ms=30_000,
)
consumer.assign([TopicPartition(topic, each) for each in sorted(consumer.partitions_for_topic(topic))])
consumer.seek_to_beginning()

began = time.process_time()
features = []
for message in consumer:
    features.append(message.value["features"])
    if len(features) == records:
        break
read = time.process_time()
if len(features) != records:
    sys.exit(f"only {len(features)} of {records} records came")
current = Dataset.from_pandas(pd.DataFrame(features), data_definition=definition)
result = Report([DataDriftPreset()]).run(current, reference)
if not result.dict()["metrics"]:
    sys.exit("the report is empty")
ended = time.process_time()
consumer.close()
print(json.dumps({"read": read - began, "report": ended - read, "seconds": ended - began}))
