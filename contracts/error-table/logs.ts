import { broken, type ErrorEntry, invalid, refused, unreachable } from './entry.ts'

/** Logs, tables, profiles and verdicts: what a scan meets. */
export const logsErrors = {
  KAFKA_UNREACHABLE: {
    ...unreachable,
    sentence: 'no Kafka broker answers at {brokers}',
    help: 'check kafka.brokers, that the broker runs, and that kafka.ssl and kafka.sasl are what this port wants: a broker closes connections of any other kind without a word; the scan resumes by itself',
  },
  KAFKA_TLS_FAILED: {
    ...broken,
    sentence: 'no TLS connection to {brokers}: {reason}',
    help: 'kafka.ssl.ca must name the file with the certificate that signs those of the brokers, and the host in kafka.brokers must be one of their certificate; where the broker asks for a certificate, set kafka.ssl.certificate and kafka.ssl.key',
  },
  KAFKA_SIGN_IN_REFUSED: {
    ...broken,
    sentence: '{brokers} refuses the sign-in: {reason}',
    help: 'check kafka.sasl.username, the secret that kafka.sasl.password refers to, and that the broker knows this user under kafka.sasl.mechanism',
  },
  KAFKA_TOPIC_UNKNOWN: {
    ...unreachable,
    sentence: 'the topic {topic} does not exist',
    help: 'create the topic, or correct log.topic of the model',
  },
  FEATURES_NOT_FOUND: {
    ...invalid,
    sentence: 'nothing in {source} could be a feature: {reason}',
    help: 'give records of the prediction log as JSON objects, and with --section the name of their member with the features',
  },
  KAFKA_OFFSET_LOST: {
    ...broken,
    sentence:
      'retention removed offsets {from} to {to} of {topic}/{partition} before they were read',
    help: 'lengthen the retention of the topic; the windows touched are reported as INCOMPLETE_WINDOW',
  },
  KAFKA_LOG_SHRANK: {
    ...broken,
    sentence: 'the log {topic}/{partition} ends at {end}, before the recorded position {head}',
    help: 'the log was truncated; nothing is read again silently. To read it from its beginning, raise log.generation of the model',
  },
  KAFKA_LOG_RECREATED: {
    ...broken,
    sentence:
      'the topic {topic} was deleted and made anew: its id is {found}, and {known} was read',
    help: 'nothing of it is read silently. To read the new log from its beginning, raise log.generation of the model',
  },
  KAFKA_LOG_REWRITTEN: {
    ...broken,
    sentence:
      'the log {topic}/{partition} was cut back and written anew: at offset {offset} there is a record of leader epoch {found}, and one of {known} was read',
    help: 'an unclean election or a lost disk took records that were counted. Nothing is read on silently. To read what there is now from its beginning, raise log.generation of the model; verdicts that were reached stay',
  },
  WINDOW_NOT_READ: {
    ...refused,
    sentence:
      'the window of {model} that starts at {start} was not read: its reading of {topic} begins with the window from {from}',
    help: 'the log is read in a new way since then. To judge older windows too, run "driftgate backfill {model} --since {start}" first',
  },
  BACKFILL_INCOMPLETE: {
    ...refused,
    sentence:
      'retention removed records of {topic} before the backfill of {model} from {since} had read them',
    help: 'what is left was read and stays. Run "driftgate backfill {model} --since TIME" with a later time, for the windows of which everything is left',
  },
  BACKFILL_FAILED: {
    ...broken,
    sentence: 'the older records were not all read: {reason}',
    help: 'what was read stays; run "driftgate backfill MODEL --since TIME" again, it goes on from there',
  },
  BACKFILL_RUNNING: {
    ...refused,
    sentence: 'older records of {model} are being read already, from {since} on',
    help: 'wait until that has ended, or stop it: "driftgate backfill {model} --cancel"; what it read stays',
  },
  BACKFILL_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'nobody asked lately to read older records of {model}',
    help: 'run "driftgate backfill MODEL --since TIME"',
  },
  LEDGER_BROKEN: {
    ...broken,
    sentence: 'the ledger of {model} does not add up: {reason}',
    help: 'judge nothing by it: rows of the database were changed or lost. Restore a backup, or read the log anew',
  },
  KAFKA_ANSWER_EMPTY: {
    ...unreachable,
    sentence:
      'the broker gives no record of {topic}/{partition} at {from}, though {to} is committed',
    help: 'a quota or remote storage may hold data back: the scan is tried again by itself, and nothing is skipped',
  },
  KAFKA_BATCH_DAMAGED: {
    ...broken,
    sentence: 'a batch of {topic}/{partition} at or after {offset} is not the {codec} that it says',
    help: 'the bytes are damaged on the broker or were sent by a faulty client: find the producer, and delete the records up to there (kafka-delete-records), which are then counted as lost',
  },
  SCHEMAS_UNREACHABLE: {
    ...unreachable,
    sentence: 'the schema registry at {address} does not answer: {reason}',
    help: 'check schemas.url and that the registry runs; the scan resumes by itself, and no record is given up for it',
  },
  SCHEMAS_REFUSED: {
    ...broken,
    sentence: 'the schema registry at {address} refuses the sign-in (HTTP {status})',
    help: 'check schemas.username and the secret that schemas.password refers to; the user must be allowed to read schemas',
  },
  SCHEMAS_ANSWER_UNKNOWN: {
    ...broken,
    sentence: 'what answers at {address} is no schema registry: {reason}',
    help: 'schemas.url must be the root of the interface, as https://host:8081, or https://host/apis/ccompat/v7 for Apicurio',
  },
  SCHEMA_UNKNOWN: {
    ...invalid,
    sentence:
      'the schema registry at {address} has no schema {id}, by which the log of {model} is to be read',
    help: 'correct readerSchema in log.options, or schemas.url where it is another registry',
  },
  SCHEMAS_NOT_CONFIGURED: {
    ...invalid,
    sentence: 'the log of {model} is in the format {format}, and no schema registry is configured',
    help: 'add the section schemas with the url of the registry',
  },
  POSTGRES_UNREACHABLE: {
    ...unreachable,
    sentence: 'PostgreSQL does not answer at {address}',
    help: 'check postgres.url and that the server runs',
  },
  POSTGRES_SCHEMA_NEWER: {
    ...broken,
    sentence: 'the database has migration {found}, which this version does not know',
    help: 'run a version of Driftgate at least as new as the one that migrated the database',
  },
  PROFILE_LAYOUT_UNKNOWN: {
    ...broken,
    sentence: 'profile bytes are not in a layout this version reads: {reason}',
    help: 'the bytes are damaged or newer than this version',
  },
  PROFILE_BINNING_MISMATCH: {
    ...broken,
    sentence: 'profiles under different binnings cannot be merged or compared ({left} and {right})',
    help: 'compare profiles that name the same binning digest',
  },
  REFERENCE_MISSING: {
    ...refused,
    sentence: 'the model {model} has no first version, and so no reference to be held against',
    help: 'give the rows it was trained on with "driftgate reference", or train and register one: its training rows become the reference',
  },
  REFERENCE_EXISTS: {
    ...refused,
    sentence: 'version {version} of {model} has another reference already',
    help: 'a reference that is replaced hides drift: give the rows of another version, or leave it as it is',
  },
  ABSORB_RANGE: {
    ...refused,
    sentence: 'what the log of {model} holds since {since} cannot become its reference: {reason}',
    help: 'choose another range with --since and --until; "driftgate report {model}" says since when it drifts',
  },
  ABSORB_BROKEN_WINDOWS: {
    ...refused,
    sentence:
      '{count} windows of the range were found broken or incomplete: {windows}; they do not become the reference of {model} unsaid',
    help: 'leave them out with --leave-out REASON, or say with --accept REASON why DATA_QUALITY is normal here',
  },
  ABSORB_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'nobody asked {ask} of {model}',
    help: 'run "driftgate absorb {model} --since TIME --reason TEXT"',
  },
  REFERENCE_UNFIT: {
    ...invalid,
    sentence: 'this is no reference for {model}: {reason}',
    help: 'make it again with "driftgate reference", from rows with the features of the applied configuration',
  },
  DETECTOR_INPUT_INVALID: {
    ...invalid,
    sentence: '{detector} cannot use this input: {reason}',
    help: 'see docs/detectors for what the detector reads',
  },
  SCAN_FAILED: {
    ...broken,
    sentence: 'the scan {workflowId} ended without a verdict: {reason}',
    help: 'look at the workflow in the Temporal UI; the next scheduled scan starts where this one stopped',
  },
  REPAIR_FAILED: {
    ...broken,
    sentence: 'dead letters were not all fetched again: {reason}',
    help: 'what could be read is counted; run "driftgate dead-letters MODEL --reread" again for the rest',
  },
  REPAIR_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'no dead letters of {model} were fetched again lately',
    help: 'run "driftgate dead-letters MODEL --reread"',
  },
  SCAN_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no scan "{scan}" of {model}',
    help: 'run "driftgate scan MODEL" to start one',
  },
  PREDICTION_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'no prediction "{prediction}" of {model} is kept: {reason}',
    help: 'ids are kept as the log has them ("ID/2" of a record with several rows), once the window of their event time was scanned, for storage.retention.predictions, of models with labels',
  },
  ERASURE_REASON: {
    ...invalid,
    status: 400,
    sentence: 'the reason of an erasure holds the prediction id',
    help: 'a reason is kept for good: say it without the id, as by the number of the request',
  },
  ERASURE_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no erasure {number} of {model}',
    help: 'GET /v1/models/MODEL/erasures lists them',
  },
  ERASURE_FAILED: {
    ...invalid,
    status: 409,
    sentence: 'the prediction is not erased from everything yet: {reason}',
    help: 'repeat the command once the cause is gone: it goes on with what is left, and nothing of the prediction is stored meanwhile',
  },
  LABELS_TABLE_UNREACHABLE: {
    ...unreachable,
    sentence: 'the table of labels {table} cannot be read: {address} does not answer',
    help: 'is PostgreSQL running there, and does labels.source.url name it? "driftgate check" asks from this machine',
  },
  LABELS_TABLE_UNFIT: {
    ...invalid,
    status: 409,
    sentence: 'labels cannot be read from the table {table}: {reason}',
    help: 'labels.source says which columns hold what; "driftgate check" asks for them',
  },
  LABELS_MISSING: {
    ...invalid,
    status: 404,
    sentence: 'no labels of {model} were read yet',
    help: 'say in labels.topic or labels.source of the model where they are, and apply: every scan reads what has come since',
  },
  VERDICT_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no verdict "{verdict}" of {model}',
    help: 'run "driftgate scan MODEL", or leave --window out for the latest',
  },
  VERDICT_ONLY_ONE: {
    ...invalid,
    status: 404,
    sentence: 'the window of the verdict "{verdict}" of {model} was judged once only',
    help: 'leave --again out; window.rejudge says when a window is judged once more',
  },
  VERDICT_NOT_RECOMPUTABLE: {
    ...refused,
    sentence:
      'the window {start} of {model} cannot be judged any more: what it is judged from is not kept since {since}',
    help: 'its verdict, where it has one, stays on record; storage.retention.evidence says for how long verdicts can be judged again',
  },
  RECOMPUTE_FAILED: {
    ...broken,
    sentence: 'verdicts were not judged again: {reason}',
    help: 'nothing was changed; look at the workflow in the Temporal UI, then run "driftgate recompute MODEL" again',
  },
  RECOMPUTE_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'no verdicts of {model} in that range were judged again lately',
    help: 'run "driftgate recompute {model}"',
  },
  VERDICTS_DIFFER: {
    ...broken,
    sentence: '{count} of {model} could not be judged again to the same bytes: {reason}',
    help: 'another version of Driftgate may judge otherwise: judge again with the one that reached the verdict. With the same version something that the verdict rests on was changed in the database; "driftgate ledger {model}" says whether it was the counts',
  },
  RECORD_MALFORMED: {
    ...invalid,
    sentence: 'the record is not readable: {reason}',
    help: 'the record is in the dead letters; fix the producer',
  },
} as const satisfies Record<string, ErrorEntry>
