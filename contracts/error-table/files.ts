import { broken, type ErrorEntry, invalid } from './entry.ts'

/** Tables in files, and the comparison of two of them. */
export const filesErrors = {
  FILE_NOT_FOUND: {
    ...broken,
    status: 404,
    sentence: 'there is no file {file}',
    help: 'check the path; it is taken from the folder that the command runs in',
  },
  FILE_UNREADABLE: {
    ...broken,
    sentence: '{file}{place} cannot be read: {reason}',
    help: 'mend the file at that place, or write it again as CSV, JSON lines or Parquet',
  },
  FILE_UNWRITABLE: {
    ...broken,
    sentence: '{file} cannot be written: {reason}',
    help: 'name a file in a folder that exists and may be written to',
  },
  FILE_FORMAT_UNKNOWN: {
    ...broken,
    sentence: 'the format of {file} is not known by its name',
    help: 'name it .csv, .tsv, .jsonl, .ndjson or .parquet (predictions also .avro); text may be compressed, as in .csv.gz',
  },
  FILE_OTHER: {
    ...broken,
    sentence: '{file} is another one than was measured with: its checksum is {found}, not {wanted}',
    help: 'get the file that docs/how-to/measure-performance.md names; another version has other numbers',
  },
  FILE_PAIRS_MANY: {
    ...broken,
    sentence:
      '{file} holds more than {most} requests and responses, which are kept in memory until it ends',
    help: 'take a part of it, or give rows that are joined already: features and score in one row',
  },
  COMPARE_NO_COMMON_COLUMNS: {
    ...broken,
    sentence: '{reference} and {current} have no column in common that can be compared',
    help: 'the first line of a CSV file must hold the names; {reference} has {columns}',
  },
  COMPARE_COLUMN_UNKNOWN: {
    ...invalid,
    sentence: 'there is no column "{column}" in {file}',
    help: '{fix}',
  },
  COMPARE_CLUSTERS_FEW: {
    ...invalid,
    sentence: '{file} has {clusters} clusters by {column}, {least} are needed',
    help: 'name the column that says which rows hang together, such as a user; how much clusters vary cannot be told from a few',
  },
  BACKTEST_NO_WINDOWS: {
    ...invalid,
    sentence: 'there is nothing to replay of {model}: {reason}',
    help: 'ask for another span with --from and --to, or for fewer windows with --reference-windows',
  },
  BACKTEST_NEEDS_READING: {
    ...invalid,
    sentence: '{file} reads the log of {model} as nothing stored was read: {reason}',
    help: 'apply it and read the log that way with driftgate backfill MODEL --since TIME, then replay; or replay the records themselves with --log FILE',
  },
  BACKTEST_WINDOW_GONE: {
    ...invalid,
    sentence:
      'rows of {model} in the window from {start} on went while it was replayed: retention took them',
    help: 'run it again, which leaves that window out; storage.retention says how long what is kept',
  },
  COMPARE_DETECTOR_UNKNOWN: {
    ...invalid,
    sentence: 'there is no detector "{detector}" for two files',
    help: '{fix}',
  },
} as const satisfies Record<string, ErrorEntry>
