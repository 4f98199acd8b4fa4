/** How often a streaming detector alarms without a change, where that was asked for. */
export interface StreamFalseAlarms {
  /** Values between two of them: asked for, and what the setting comes to. */
  readonly every: number
  readonly achieved: number
  /** How that is known. */
  readonly by: string
  /** Of how many labels or values the parameters were estimated; null: they are known. */
  readonly estimatedFrom: number | null
}

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
  readonly falseAlarms?: StreamFalseAlarms
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
