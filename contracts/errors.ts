import type { SettingsProblem } from './settings-problem.ts'

/** Every coded error Driftgate can raise. `docs/reference/errors.md` has a heading for each, checked by test. */

export interface ErrorEntry {
  /** What is wrong. `{name}` is replaced by the detail of that name. */
  readonly sentence: string
  /** What to do about it. */
  readonly help: string
  /** Whether trying the same thing again may succeed (Temporal retries, HTTP 503). */
  readonly retryable: boolean
  /** Exit code of the command line, see `docs/reference/exit-codes.md`. */
  readonly exit: number
  /** HTTP status of the gateway's answer. */
  readonly status: number
}

const refused = { retryable: false, exit: 1, status: 409 } as const
const invalid = { retryable: false, exit: 2, status: 400 } as const
const unreachable = { retryable: true, exit: 1, status: 503 } as const
const broken = { retryable: false, exit: 1, status: 500 } as const

export const errorTable = {
  CONFIG_INVALID: {
    ...invalid,
    sentence: '{count} problem(s) in {file}',
    help: 'fix the places shown; "driftgate check" validates the file without touching a server',
  },
  CONFIG_MISSING: {
    ...invalid,
    sentence: 'there is no configuration at {file}',
    help: 'pass --config FILE, or copy examples/driftgate.yaml',
  },
  CONFIG_NOT_APPLIED: {
    ...refused,
    sentence: 'no configuration has been applied to this database yet',
    help: 'run "driftgate apply --config FILE"',
  },
  CONFIG_SECRET_MISSING: {
    ...invalid,
    sentence: 'the secret {name} is not set (looked in {source})',
    help: 'set the environment variable, or create the file that the configuration names',
  },
  CONFIG_SECRET_INVALID: {
    ...invalid,
    sentence: 'the secret {name} is not {wanted}',
    help: 'put the right one where the configuration points; its value is never printed',
  },
  MODEL_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no model "{model}" in the applied configuration',
    help: 'run "driftgate status" to list the models',
  },
  KAFKA_UNREACHABLE: {
    ...unreachable,
    sentence: 'no Kafka broker answers at {brokers}',
    help: 'check kafka.brokers and that the broker runs; the scan resumes by itself',
  },
  KAFKA_TOPIC_UNKNOWN: {
    ...unreachable,
    sentence: 'the topic {topic} does not exist',
    help: 'create the topic, or correct log.topic of the model',
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
    help: 'the topic was recreated or truncated; start a new reading on purpose, nothing is read again silently',
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
  TEMPORAL_UNREACHABLE: {
    ...unreachable,
    sentence: 'Temporal does not answer at {address}',
    help: 'check temporal.address and that the server runs',
  },
  CLUSTER_UNREACHABLE: {
    ...unreachable,
    sentence: 'the training cluster does not answer at {address}',
    help: 'check cluster.rest and that the Spark master runs',
  },
  CLUSTER_SUBMIT_REJECTED: {
    ...broken,
    sentence: 'the training cluster refused the job: {reason}',
    help: 'read the reason; nothing was started',
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
  TRAINING_NO_ROWS: {
    ...refused,
    sentence: 'there is nothing to train {model} on since {from}: {reason}',
    help: 'nothing was submitted; wait until predictions and labels have arrived',
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
    help: 'check registry.url and that MLflow runs',
  },
  REGISTRY_REJECTED: {
    ...broken,
    sentence: 'the model registry refused {action}: {reason}',
    help: 'read the reason; the registry was not changed',
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
  ROLLBACK_TARGET_MISSING: {
    ...refused,
    sentence: 'version {version} of {model} could not be brought back: {reason}',
    help: 'nothing was moved; repair the registered version, the release can then be tried again',
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
    sentence: 'the model {model} has no reference to be held against yet',
    help: 'train and register a first version; its training data become the reference',
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
  VERDICT_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no verdict "{verdict}" of {model}',
    help: 'run "driftgate scan MODEL", or leave --window out for the latest',
  },
  RECORD_MALFORMED: {
    ...invalid,
    sentence: 'the record is not readable: {reason}',
    help: 'the record is in the dead letters; fix the producer',
  },
  RELEASE_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no release "{release}"',
    help: 'run "driftgate gate" to see what waits',
  },
  RELEASE_STALE: {
    ...refused,
    sentence:
      'the request {release} was decided on other evidence ({given}) than it shows now ({current})',
    help: 'read the release again and answer what it shows now',
  },
  DECISION_MALFORMED: {
    ...invalid,
    sentence: 'this is not a decision: {reason}',
    help: 'a decision is {"schema":"driftgate-decision/1","token":"...","reason":"..."}; "driftgate approve RELEASE --print-signal" prints one',
  },
  DECISION_CHAIN_BROKEN: {
    ...broken,
    sentence: 'the chain of decisions breaks at {seq}: {reason}',
    help: 'somebody changed the table of decisions; restore it from a backup and compare with the workflow histories',
  },
  SEARCH_ATTRIBUTE_CONFLICT: {
    ...broken,
    sentence: 'Temporal has the search attribute {name} as {found}, not {wanted}',
    help: 'use another namespace, or remove the attribute with "temporal operator search-attribute remove"',
  },
  TOKEN_INVALID: {
    ...invalid,
    status: 401,
    sentence: 'the decision token is not valid: {reason}',
    help: 'ask the gateway for a new one: "driftgate approve RELEASE --print-signal"',
  },
  NOT_SIGNED_IN: {
    retryable: false,
    exit: 4,
    status: 401,
    sentence: 'you are not signed in{reason}',
    help: 'run "driftgate login"',
  },
  NOT_AUTHORISED: {
    retryable: false,
    exit: 1,
    status: 403,
    sentence: '{person} may not {action}: it needs the role {role}',
    help: 'ask someone who has the role, or whoever manages the groups',
  },
  IDENTITY_UNREACHABLE: {
    ...unreachable,
    sentence: 'the identity provider does not answer at {address}',
    help: 'check gateway.issuer and that the identity provider runs; nobody is signed in or out meanwhile',
  },
  REQUEST_INVALID: {
    ...invalid,
    sentence: 'the request is not readable: {reason}',
    help: 'correct the member named; docs/reference/http.md shows every route',
  },
  ROUTE_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is nothing at {path}',
    help: 'docs/reference/http.md lists every route',
  },
  FORM_EXPIRED: {
    ...refused,
    status: 403,
    sentence: 'the form is too old, or was not sent from its own page',
    help: 'load the page again and answer there',
  },
  GATEWAY_UNREACHABLE: {
    ...unreachable,
    sentence: 'the gateway does not answer at {address}',
    help: 'start it with "driftgate up", or pass --gateway URL',
  },
  PREREQUISITE_MISSING: {
    ...broken,
    sentence: '{what} is needed and was not found',
    help: '{fix}',
  },
  SERVER_START_FAILED: {
    ...broken,
    sentence: '{server} did not become healthy: {reason}',
    help: 'read {log}',
  },
  USAGE: {
    ...invalid,
    sentence: '{reason}',
    help: '{fix}',
  },
  INTERNAL: {
    ...broken,
    sentence: 'something that should not happen did: {reason}',
    help: 'this is a defect of Driftgate; please report it with the log',
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorTable

export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | undefined>>

/** The one error class: a code of the table, the details that fill its sentence, and the cause. */
export class DriftgateError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  /** For CONFIG_INVALID: every problem at its place in the file. */
  readonly problems: readonly SettingsProblem[]

  constructor(
    code: ErrorCode,
    details: ErrorDetails = {},
    options: { cause?: unknown; problems?: readonly SettingsProblem[] } = {},
  ) {
    super(fill(errorTable[code].sentence, details), { cause: options.cause })
    this.name = 'DriftgateError'
    this.code = code
    this.details = details
    this.problems = options.problems ?? []
  }

  get entry(): ErrorEntry {
    return errorTable[this.code]
  }

  get help(): string {
    return fill(errorTable[this.code].help, this.details)
  }
}

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorTable, value)

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? ''))
}
