import { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'
import type { StreamFalseAlarms } from '../../contracts/replay.ts'
import { optionsOf } from '../detector.ts'
import { type Ask, askOf, inControlSchema, unattainable } from './in-control.ts'

/** `drift` lasts for one value: the next one starts the detector anew. */
export type Level = 'stable' | 'warning' | 'drift'

/** All that a detector knows, as plain JSON: its settings too. No field is hidden. */
export interface StreamState {
  level: Level
}

/** Classic options that keep to a number of false alarms. */
export interface Calibrated {
  readonly options: Readonly<Record<string, unknown>>
  /** Values between two false alarms at the rate or law that was given, at least what was asked for but for 10 %. */
  readonly achieved: number
  /** How that is known. */
  readonly by: string
}

export interface Setting {
  readonly options: Readonly<Record<string, unknown>>
  /** Absent where classic options were given: nobody knows then. */
  readonly falseAlarms?: StreamFalseAlarms
}

/** One sum of a chart: what a value is above the mean and the slack is added, and beyond the threshold it alarms. */
export interface SumChart {
  readonly slack: number
  readonly threshold: number
}

/** Of a detector that adds up: a threshold beyond those that `falseAlarmEvery` reaches can be worked out. */
export interface Sums {
  charts(options: Readonly<Record<string, unknown>>): readonly SumChart[]
  with(
    options: Readonly<Record<string, unknown>>,
    charts: readonly SumChart[],
  ): Readonly<Record<string, unknown>>
}

/**
 * A streaming detector: one file, one line in `detectors/streaming/index.ts`, one page under `docs/detectors`. It is a
 * reducer over plain JSON: `step` may change the state that it is handed, and returns it. After an alarm it starts
 * anew by itself, with the next value.
 */
export interface StreamingDetector<
  Options extends z.ZodObject = z.ZodObject,
  State extends StreamState = StreamState,
> {
  /** The name of its file. */
  readonly name: string
  readonly title: string
  /** `error`: 1 is an error and 0 none; `number`: any finite number. */
  readonly reads: 'number' | 'error'
  /** Raised when the same stream would give other alarms. */
  readonly definition: number
  readonly options: Options
  readonly examples: readonly z.input<Options>[]
  /** Absent: it does not add up. */
  readonly sums?: Sums
  /**
   * What options come to: classic ones as they are, and for `falseAlarmEvery: N` with `inControl` those with N values
   * between false alarms. Throws DETECTOR_INPUT_INVALID, STREAM_FALSE_ALARMS_UNATTAINABLE.
   */
  setting(options?: Readonly<Record<string, unknown>>): Setting
  /** The state before the first value. Throws as `setting` does. */
  start(options?: Readonly<Record<string, unknown>>): State
  /** Throws STREAM_VALUE_INVALID for what it does not read; the state is as it was then. */
  step(state: State, value: number): State
}

/** A detector as its file writes it: `start` is given options that were read, with their defaults. */
interface Written<Options extends z.ZodObject, State extends StreamState>
  extends Omit<StreamingDetector<Options, State>, 'start' | 'setting'> {
  start(options: z.output<Options>): State
  /** Throws STREAM_FALSE_ALARMS_UNATTAINABLE. */
  calibrate(ask: Ask, options: z.output<Options>): Calibrated
}

const askSchema = z.strictObject({
  falseAlarmEvery: z.number().min(50).max(1e9),
  inControl: inControlSchema,
})

/** Reads the options before a detector starts; the registry sees every detector and state alike. */
export function defineStreamingDetector<Options extends z.ZodObject, State extends StreamState>({
  calibrate,
  ...written
}: Written<Options, State>): StreamingDetector {
  const read = (given: Readonly<Record<string, unknown>>) =>
    optionsOf(written, given) as z.output<Options>
  const setting = (given: Readonly<Record<string, unknown>> = {}): Setting => {
    const { falseAlarmEvery, inControl, ...classic } = given
    if (falseAlarmEvery === undefined && inControl === undefined) return { options: read(given) }
    const asked = askSchema.safeParse({ falseAlarmEvery, inControl })
    if (!asked.success) throw wrong(written.name, asked.error)
    const { falseAlarmEvery: every, inControl: law } = asked.data
    const ask = askOf(every, law)
    if (written.reads === 'error' && ask.rate === undefined) {
      throw unattainable(written.name, 'it reads errors: inControl is a rate')
    }
    const { options, achieved, by } = calibrate(ask, read(classic))
    const { estimatedFrom } = ask
    return { options: read(options), falseAlarms: { every, achieved, by, estimatedFrom } }
  }
  const start = (given: Readonly<Record<string, unknown>> = {}) =>
    written.start(setting(given).options as z.output<Options>)
  return { ...written, setting, start } as unknown as StreamingDetector
}

const wrong = (detector: string, { issues }: z.ZodError) =>
  new DriftgateError('DETECTOR_INPUT_INVALID', {
    detector,
    reason: `falseAlarmEvery and inControl go together: ${issues[0]?.message ?? 'not read'}`,
  })

/** Places, from 0, at which a detector alarms over a batch; `state` goes on from where it was. */
export function alarmsIn(
  detector: Pick<StreamingDetector, 'step'>,
  state: StreamState,
  values: ArrayLike<number>,
): number[] {
  const alarms: number[] = []
  let now = state
  for (let i = 0; i < values.length; i++) {
    now = detector.step(now, values[i] as number)
    if (now.level === 'drift') alarms.push(i)
  }
  return alarms
}
