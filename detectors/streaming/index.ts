import { adwin } from './adwin.ts'
import { bocd } from './bocd.ts'
import { cusum } from './cusum.ts'
import { ddm } from './ddm.ts'
import type { StreamingDetector } from './detector.ts'
import { ecdd } from './ecdd.ts'
import { eddm } from './eddm.ts'
import { ewma } from './ewma.ts'
import { fhddm } from './fhddm.ts'
import { gma } from './gma.ts'
import { hddmA } from './hddm-a.ts'
import { hddmW } from './hddm-w.ts'
import { kswin } from './kswin.ts'
import { pageHinkley } from './page-hinkley.ts'
import { rddm } from './rddm.ts'
import { shewhart } from './shewhart.ts'
import { stepd } from './stepd.ts'

export {
  alarmsIn,
  defineStreamingDetector,
  type Level,
  type Setting,
  type StreamingDetector,
  type StreamState,
  type SumChart,
} from './detector.ts'
export type { InControl } from './in-control.ts'
export { replayed } from './replayed.ts'

/** Every streaming detector: one line each. Command line and documentation are computed from this. */
export const streamingDetectors = {
  cusum,
  'page-hinkley': pageHinkley,
  ewma,
  shewhart,
  gma,
  ecdd,
  ddm,
  eddm,
  rddm,
  'hddm-a': hddmA,
  'hddm-w': hddmW,
  fhddm,
  stepd,
  adwin,
  kswin,
  bocd,
} as const satisfies Record<string, StreamingDetector>
