import { streamingDetectors } from '../../../detectors/streaming/index.ts'
import { kolmogorovSmirnovExactP } from '../../../statistics/kolmogorov-smirnov.ts'
import { defineAdapter } from '../adapter.ts'

interface Input {
  readonly x: Float64Array
  readonly window: number
  readonly stat: number
  readonly alpha: number
  readonly variant: 'tail' | 'sample'
  readonly seed: number
}

export const kswin = defineAdapter<Input>({
  compute({ x, window, stat, alpha, variant, seed }) {
    const { kswin: detector } = streamingDetectors
    const compares = variant === 'tail' ? 'all' : 'sample'
    let state = detector.start({ window, recent: stat, alpha, compares, seed })
    const alarms: number[] = []
    const found: [number, number][] = []
    const older = compares === 'all' ? window - stat : stat
    for (let i = 0; i < x.length; i++) {
      state = detector.step(state, x[i] as number)
      if (state.level !== 'drift') continue
      const distance = (state as typeof state & { gap: number }).gap / (older * stat)
      alarms.push(i)
      found.push([distance, kolmogorovSmirnovExactP(distance, older, stat)])
    }
    return { alarms, D_p_at_alarms: found }
  },
})
