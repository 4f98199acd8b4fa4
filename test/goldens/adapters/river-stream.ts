import {
  alarmsIn,
  type StreamingDetector,
  streamingDetectors,
} from '../../../detectors/streaming/index.ts'
import { defineAdapter } from '../adapter.ts'

type Params = Readonly<Record<string, number | boolean | string>>

interface Input {
  readonly x: Float64Array
  readonly detectors: readonly (readonly [string, Params])[]
}

/** Under River's names: ours, and what its parameters are called here. */
const known: Readonly<
  Record<string, readonly [StreamingDetector, Readonly<Record<string, string>>]>
> = Object.fromEntries(
  Object.entries({
    DDM: ['ddm', { warm_start: 'minimum', warning_threshold: 'warning', drift_threshold: 'drift' }],
    EDDM: ['eddm', { warm_start: 'minimum', alpha: 'warning', beta: 'drift' }],
    HDDM_A: [
      'hddm-a',
      { drift_confidence: 'drift', warning_confidence: 'warning', two_sided_test: 'twoSided' },
    ],
    HDDM_W: [
      'hddm-w',
      {
        drift_confidence: 'drift',
        warning_confidence: 'warning',
        lambda_val: 'lambda',
        two_sided_test: 'twoSided',
      },
    ],
    // River is fed correct answers; ours reads errors.
    FHDDM: ['fhddm', { sliding_window_size: 'window', confidence_level: 'delta' }],
    ADWIN: [
      'adwin',
      {
        delta: 'delta',
        clock: 'clock',
        max_buckets: 'buckets',
        min_window_length: 'shortest',
        grace_period: 'minimum',
      },
    ],
    PageHinkley: [
      'page-hinkley',
      {
        min_instances: 'minimum',
        delta: 'delta',
        threshold: 'threshold',
        alpha: 'keep',
        mode: 'direction',
      },
    ],
  } as const).map(([theirs, [name, words]]) => [theirs, [streamingDetectors[name], words]]),
)

interface Looked {
  readonly width: number
  readonly total: number
  readonly variance: number
}

/** Alarms, warnings that begin, and for an adaptive window what it holds right after each alarm and at the end. */
function run(x: Float64Array, name: string, params: Params) {
  const entry = known[name]
  if (entry === undefined) throw new Error(`River has no detector ${name} here`)
  const [detector, words] = entry
  const options = Object.fromEntries(
    Object.entries(params).map(([key, value]) => {
      const ours = words[key]
      if (ours === undefined) throw new Error(`${name} has no parameter ${key} here`)
      return [ours, value]
    }),
  )
  let state = detector.start({ mode: 'river', ...options })
  const alarms: number[] = []
  const onsets: number[] = []
  const windows: number[][] = []
  const look = () => {
    const { width, total, variance } = state as unknown as Looked
    return [width, total / width, variance] as const
  }
  let warned = false
  for (let i = 0; i < x.length; i++) {
    state = detector.step(state, x[i] as number)
    const warns = state.level === 'warning'
    if (warns && !warned) onsets.push(i)
    warned = warns
    if (state.level !== 'drift') continue
    alarms.push(i)
    if ('width' in state) windows.push([...look()])
  }
  // The same in one batch: what a case expects holds of both.
  const batch = alarmsIn(detector, detector.start({ mode: 'river', ...options }), x)
  const [width, mean, variance] = look()
  return {
    alarms: batch.length === alarms.length ? alarms : batch,
    warning_onsets: onsets,
    width_mean_variance_after_alarm: windows,
    final: { width, mean, variance },
  }
}

export const riverStream = defineAdapter<Input>({
  compute({ x, detectors }) {
    const answer: Record<string, unknown[]> = {}
    for (const [name, params] of detectors) {
      answer[name] ??= []
      answer[name].push(run(x, name, params))
    }
    return answer
  },
})
