import { broken, type ErrorEntry, invalid, refused } from './entry.ts'

/** The configuration, the command line, and what a machine must have. */
export const configurationErrors = {
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
  CONFIG_FILE_UNREADABLE: {
    ...invalid,
    sentence: 'the file {file} that {name} names cannot be read',
    help: 'correct the path; a relative one begins where the process was started',
  },
  STORAGE_TOO_LARGE: {
    ...invalid,
    sentence:
      'the models would add {gigabytes} GB a month to the database, and storage.maximum is {maximum} GB; most of it {model}, {own} GB',
    help: 'of {model}: lengthen window.bucket, leave out segments or features, or keep no samples (data.rows); or raise storage.maximum',
  },
  HOLIDAYS_NOT_READ: {
    ...invalid,
    sentence: 'the configuration in force names the file of holidays {file}, and not its dates',
    help: 'apply it with "driftgate apply", which reads the file and stores its dates',
  },
  MODEL_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no model "{model}" in the applied configuration',
    help: 'run "driftgate status" to list the models',
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
  HOUSEKEEPING_FAILED: {
    ...{ ...broken, retryable: true },
    sentence: 'of {of} duties of housekeeping these failed: {duties}; the first said: {first}',
    help: 'all others were done; it is tried again, and anew by its schedule. What the first said is what to mend',
  },
} as const satisfies Record<string, ErrorEntry>
