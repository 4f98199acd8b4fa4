import type { LabelsInput, LabelsResult } from '../contracts/label-reading.ts'
import { logActs, scanActs } from './activities.ts'
import { showPhase } from './phase.ts'

/** What labels have come by the time of a scan is read exactly up to a cut, and windows are measured by it. */
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
  const measured = await measurePerformance(plan)
  showPhase(model, 'measured')
  return measured
}
