import { streamingDetectors } from '../../detectors/streaming/index.ts'

export const speedNames = ['adwin', 'ddm', 'page-hinkley', 'hddm-a', 'hddm-w', 'kswin'] as const

/** CPU of one step with the values of a stream, the least of three runs after one that warms up. */
export function microsecondsPerStep(name: (typeof speedNames)[number], values: Float64Array) {
  const detector = streamingDetectors[name]
  const run = () => {
    let state = detector.start()
    const began = process.cpuUsage()
    for (let i = 0; i < values.length; i++) state = detector.step(state, values[i] as number)
    const { user, system } = process.cpuUsage(began)
    return (user + system) / values.length
  }
  run()
  return Math.min(run(), run(), run())
}
