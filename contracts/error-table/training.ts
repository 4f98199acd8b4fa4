import { broken, type ErrorEntry, invalid, refused, unreachable } from './entry.ts'

/** Training cluster, model registry and model server: what a retraining meets. */
export const trainingErrors = {
  CLUSTER_UNREACHABLE: {
    ...unreachable,
    sentence: 'the training cluster does not answer at {address}',
    help: 'check the address under cluster, and that what should answer there runs',
  },
  CLUSTER_SUBMIT_REJECTED: {
    ...broken,
    sentence: 'the training cluster refused the job: {reason}',
    help: 'read the reason; nothing was started',
  },
  DATA_REGION_REFUSED: {
    ...refused,
    sentence:
      'the data of {model} stay in {region}, and {setting} {said} in {by}: nothing was sent there',
    help: 'apply a configuration in which they agree, and start the workers with the same; then "driftgate retrain MODEL"',
  },
  CLUSTER_JOB_FAILED: {
    ...broken,
    sentence: 'the training job {runKey} failed: {reason}',
    help: 'read the end of the job log that the retraining shows; then "driftgate retrain MODEL"',
  },
  CLUSTER_JOB_LOST: {
    ...broken,
    sentence: 'nobody knows how the training job {runKey} ended',
    help: 'look for it on the cluster; a new retraining gets a new run key',
  },
  CLUSTER_QUEUE_TIMEOUT: {
    ...broken,
    sentence: 'the training job {runKey} was never started within {seconds} s',
    help: 'the cluster lacks free cores or memory for it: free some, or lower cluster.job',
  },
  CLUSTER_SUBMISSION_UNCLEAR: {
    ...unreachable,
    sentence: 'whether the cluster has the training job {runKey} is not clear yet: {reason}',
    help: 'nothing is submitted twice; the question is asked again by itself',
  },
  STORM_NONE: {
    ...invalid,
    status: 409,
    sentence: 'no retraining is held because of many models that breached at once',
    help: '"driftgate retrainings" shows what waits, and for what',
  },
  TRAINING_NO_ROWS: {
    ...refused,
    sentence: 'there is nothing to train {model} on since {from}: {reason}',
    help: 'nothing was submitted; wait until predictions and labels have arrived',
  },
  TRAINING_TABLE_UNFIT: {
    ...refused,
    sentence: '{table} cannot be trained on: {reason}',
    help: 'correct the table, or retraining.source; each feature has a column of its own name',
  },
  TRAINING_TABLE_UNREACHABLE: {
    ...unreachable,
    sentence: '{table} cannot be read: {reason}',
    help: 'check retraining.source, and that what it names is there',
  },
  RETRAINING_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no retraining with the run key {runKey}',
    help: 'run "driftgate retrain MODEL --help" to see how one is asked for',
  },
  REGISTRY_UNREACHABLE: {
    ...unreachable,
    sentence: 'the model registry does not answer at {address}',
    help: 'check registry.url, or registry.store, and that the server runs',
  },
  REGISTRY_REJECTED: {
    ...broken,
    sentence: 'the model registry refused {action}: {reason}',
    help: 'read the reason; the registry was not changed',
  },
  OBJECTS_UNREACHABLE: {
    ...unreachable,
    sentence: 'the object store does not answer at {place}',
    help: 'check registry.store and that the server runs; it is asked again by itself',
  },
  OBJECTS_REJECTED: {
    ...broken,
    sentence: 'the object store refused {action}: {reason}',
    help: 'read the reason; check the bucket or folder, the keys and their rights in registry.store',
  },
  OBJECTS_CREATE_TWICE: {
    ...broken,
    sentence:
      'the object store at {place} ignores "only if nothing is there": two writers would both be told that they were first',
    help: 'use an S3 server that keeps If-None-Match (AWS, MinIO and versitygw do), or a folder',
  },
  ARTEFACT_INVALID: {
    ...broken,
    sentence: 'the artefact {file} of {runKey} is not what its marker says: {reason}',
    help: 'the candidate is not registered; read the job log and retrain',
  },
  SERVING_UNREACHABLE: {
    ...unreachable,
    sentence: 'the model server does not answer at {address}',
    help: 'check serving.url of the model',
  },
  SERVING_NOT_MOVED: {
    ...broken,
    retryable: true,
    sentence: 'the target still serves version {found} of {model}, not {wanted}',
    help: 'look at the model server; the champion before is kept as rollback target',
  },
  SERVING_NOT_READY: {
    ...broken,
    retryable: true,
    sentence: 'the model server does not answer with version {version} of {model}',
    help: 'look at its readiness, which says whether the version was refused; the stable version answers on',
  },
  ROLLOUT_UNREACHABLE: {
    ...unreachable,
    sentence: 'the rollout target does not answer at {address}',
    help: 'check section rollout and that the server runs',
  },
  ROLLOUT_REJECTED: {
    ...broken,
    sentence: 'the rollout target refused {action}: {reason}',
    help: 'read the reason; no traffic was moved',
  },
  ROLLOUT_UNABLE: {
    ...refused,
    sentence: 'the rollout target {kind} cannot {wanted}',
    help: 'take it out of rollout.steps of the model, or choose a rollout.kind that can',
  },
  ROLLOUT_UNREADABLE: {
    ...broken,
    sentence: 'what {place} says of the traffic cannot be read: {reason}',
    help: 'somebody else wrote it: write what was there before or take it away; no traffic moves until then',
  },
  ROLLBACK_TARGET_MISSING: {
    ...refused,
    sentence: 'version {version} of {model} could not be brought back: {reason}',
    help: 'nothing was moved; repair the registered version, the release can then be tried again',
  },
} as const satisfies Record<string, ErrorEntry>
