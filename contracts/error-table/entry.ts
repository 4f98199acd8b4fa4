/** One row of the error table. */
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

export const refused = { retryable: false, exit: 1, status: 409 } as const
export const invalid = { retryable: false, exit: 2, status: 400 } as const
export const unreachable = { retryable: true, exit: 1, status: 503 } as const
export const broken = { retryable: false, exit: 1, status: 500 } as const
