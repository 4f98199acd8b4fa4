/** What `driftgate replay` shows, and prints with `--output json`. */
export interface Replay {
  readonly schema: 'driftgate-replay/1'
  readonly file: string
  readonly column: string
  readonly detector: string
  readonly title: string
  readonly definition: number
  readonly options: Readonly<Record<string, unknown>>
  /** Absent where the detector was given classic options: nobody knows then. */
  readonly falseAlarms?: {
    readonly every: number
    readonly achieved: number
    readonly by: string
    readonly estimatedFrom: number | null
  }
  /** Values read, and rows without one. */
  readonly values: number
  readonly leftOut: number
  readonly mean: number
  readonly alarms: readonly ReplayAlarm[]
  /** Warnings that began. */
  readonly warnings: number
  /** Means of stretches of equal length, in order. */
  readonly means: readonly number[]
  readonly stretch: number
}

export interface ReplayAlarm {
  /** Row of the file, from 1. */
  readonly row: number
  /** Values since the start or the alarm before. */
  readonly after: number
  /** Mean of those, and of the last hundred of them. */
  readonly mean: number
  readonly recent: number
}
