import type { z } from 'zod'
import { optionsOf } from '../detector.ts'

/** `drift` lasts for one value: the next one starts the detector anew. */
export type Level = 'stable' | 'warning' | 'drift'

/** All that a detector knows, as plain JSON: its settings too. No field is hidden. */
export interface StreamState {
  level: Level
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
  /** The state before the first value. Throws DETECTOR_INPUT_INVALID for options that it does not know. */
  start(options?: z.input<Options>): State
  /** Throws STREAM_VALUE_INVALID for what it does not read; the state is as it was then. */
  step(state: State, value: number): State
}

/** A detector as its file writes it: `start` is given options that were read, with their defaults. */
interface Written<Options extends z.ZodObject, State extends StreamState>
  extends Omit<StreamingDetector<Options, State>, 'start'> {
  start(options: z.output<Options>): State
}

/** Reads the options before a detector starts; the registry sees every detector and state alike. */
export function defineStreamingDetector<Options extends z.ZodObject, State extends StreamState>(
  written: Written<Options, State>,
): StreamingDetector {
  const start = (given: Record<string, unknown> = {}) =>
    written.start(optionsOf(written, given) as z.output<Options>)
  return { ...written, start } as unknown as StreamingDetector
}

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
