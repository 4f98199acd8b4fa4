import { isErrorCode } from '../../../contracts/errors.ts'
import { alarmsIn, streamingDetectors } from '../../../detectors/streaming/index.ts'
import { defineAdapter } from '../adapter.ts'

interface Input {
  readonly x: Float64Array
  readonly detectors: readonly string[]
}

/** Under the names of Frouros: ours, with options that are its defaults. */
const known = {
  ADWIN: ['adwin', { mode: 'frouros' }],
  PageHinkley: ['page-hinkley', { mode: 'frouros' }],
  CUSUM: ['cusum', { mode: 'frouros' }],
  GMA: ['gma', { mode: 'frouros' }],
  DDM: ['ddm', { mode: 'frouros' }],
  EDDM: ['eddm', { mode: 'frouros' }],
  RDDM: ['rddm', { mode: 'frouros' }],
  HDDMA: ['hddm-a', { mode: 'frouros' }],
  HDDMW: ['hddm-w', { mode: 'frouros' }],
  ECDDWT: ['ecdd', { mode: 'frouros' }],
  // Frouros is fed correct answers; ours reads errors.
  STEPD: ['stepd', { mode: 'frouros' }],
} as const

/** Where the format says that River is the one to match. */
const information = /^(ADWIN|PageHinkley|DDM|EDDM|HDDMA|HDDMW)(\.|$)/

export const frourosStream = defineAdapter<Input>({
  compute: ({ x, detectors }) =>
    Object.fromEntries(
      detectors.map((theirs) => {
        const entry = Object.hasOwn(known, theirs) ? known[theirs as keyof typeof known] : undefined
        if (entry === undefined) throw new Error(`Frouros has no detector ${theirs} here`)
        const detector = streamingDetectors[entry[0]]
        try {
          return [theirs, { alarms: alarmsIn(detector, detector.start(entry[1]), x) }]
        } catch (error) {
          const code = (error as { code?: string }).code ?? ''
          if (!isErrorCode(code)) throw error
          return [theirs, { error: code }]
        }
      }),
    ),
  accepts: (path) => (information.test(path) ? true : undefined),
})
