import type { LabelsInput, LabelsResult } from '../contracts/label-reading.ts'
import { messageNames } from '../contracts/messages.ts'
import { logActs, scanActs, stewardActs } from './activities.ts'
import { showPhase } from './phase.ts'

/**
 * What labels have come by the time of a scan is read exactly up to a cut, and windows are measured by it; the steward is
 * told of those that were judged.
 */
export async function labels({ model, prefix, at, window }: LabelsInput): Promise<LabelsResult> {
  showPhase(model, 'reading labels')
  const plan = await scanActs(prefix).planLabels({ model, at, window })
  if (plan === null) return { watermark: null, final: 0, provisional: 0 }
  const { reading, partitions } = plan
  const { advanceLabels, measurePerformance } = logActs(prefix)
  await Promise.all(
    partitions.map(({ partition, cut }) => advanceLabels({ model, reading, partition, to: cut })),
  )
  showPhase(model, 'measuring')
  const { judged = [], ...measured } = await measurePerformance(plan)
  const signal = messageNames.performanceJudged
  // One after another: the steward hears of windows in order of time.
  for (const message of judged) {
    await stewardActs(prefix).tellSteward({ prefix, model, signal, message })
  }
  showPhase(model, 'measured')
  return measured
}
