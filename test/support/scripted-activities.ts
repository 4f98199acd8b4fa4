import { ApplicationFailure } from '@temporalio/common'
import type pg from 'pg'
import {
  insertRetraining,
  markSubmitted,
  markSubmitting,
} from '../../adapters/postgres/retrainings.ts'
import type { AbsorbInput } from '../../contracts/absorb.ts'
import type { RepairResult } from '../../contracts/dead-letters.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { RetrainInput, VerdictMessage } from '../../contracts/messages.ts'
import type { VerdictName } from '../../contracts/report.ts'
import type { RepairPlan, ScanPlan } from '../../contracts/scan.ts'
import { insertCandidate } from './candidate-row.ts'
import { betterComparison, undecidedComparison } from './comparisons.ts'

/** What log and cluster shall answer, changed by a test as it goes. */
export interface Script {
  /** By day since 2024-01-01. */
  verdicts: Record<number, VerdictName>
  labels: number
  /** `running`: for ever, so that it has to be cancelled. */
  training: 'succeeded' | 'failed' | 'lost' | 'running'
  passes: 'yes' | 'person' | 'no'
  /** Why no scan can be planned; null: each can. */
  broken: string | null
  /** Run keys of submitted jobs. */
  readonly submitted: string[]
}

export const newScript = (): Script => ({
  verdicts: {},
  labels: 0,
  training: 'succeeded',
  passes: 'yes',
  broken: null,
  submitted: [],
})

const origin = Date.parse('2024-01-01T00:00:00Z')
const dayMs = 86_400_000
const iso = (timeMs: number) => new Date(timeMs).toISOString()

/** When the window of a day is scanned. */
export const dueAfter = (day: number): string => iso(origin + (day + 1) * dayMs)

export const verdictOf = (model: string, day: number, verdict: VerdictName): VerdictMessage => {
  const start = iso(origin + day * dayMs)
  return {
    eventId: `scan/${model}/${start}`,
    model,
    verdictId: start,
    verdict,
    window: { start, end: dueAfter(day) },
    evidenceDigest: `digest-of-${start}`,
    headline: `day ${day} says ${verdict}`,
  }
}

/** For tests of what holds the steps together: log, detectors, and cluster are proven elsewhere. */
export const scriptedScan = (script: Script) => ({
  async planScan(input: { model: string; scheduledAt: string }): Promise<ScanPlan> {
    if (script.broken !== null) {
      const details = { model: input.model, start: input.scheduledAt, since: script.broken }
      throw new DriftgateError('VERDICT_NOT_RECOMPUTABLE', details)
    }
    const end = Date.parse(input.scheduledAt)
    return {
      model: input.model,
      window: { start: iso(end - dayMs), end: iso(end) },
      configVersion: 1,
      reading: 'reading',
      partitions: [
        { partition: 0, cut: '10' },
        { partition: 1, cut: '20' },
      ],
    }
  },
  async advanceLedger() {
    return { slices: 1, good: 10, bad: 0, foreign: 0, lost: 0 }
  },
  async judgeWindow({ model, window }: ScanPlan): Promise<VerdictMessage> {
    const day = (Date.parse(window.start) - origin) / dayMs
    return verdictOf(model, day, script.verdicts[day] ?? 'NO_DRIFT')
  },
  async planRepair({ model }: { model: string }): Promise<RepairPlan> {
    return { model, reading: 'reading', after: 0 }
  },
  async repairLedger({ reading }: RepairPlan): Promise<RepairResult> {
    return { reading, repairs: 2, good: 80, foreign: 1, bad: 1, gone: 0, rejudged: 0, labels: null }
  },
  async proposeReference({ model, since }: AbsorbInput): Promise<never> {
    throw new DriftgateError('ABSORB_RANGE', { model, since, reason: 'as the script says' })
  },
  async countLabels() {
    return { labels: script.labels, upTo: null }
  },
})

export const scriptedTraining = (script: Script, db: pg.Pool) => ({
  async prepareTraining(input: RetrainInput) {
    await insertRetraining(db, input, 'settings')
    return { runKey: input.runKey }
  },
  async submitTraining({ runKey }: { runKey: string }) {
    script.submitted.push(runKey)
    const submissionId = `job-${script.submitted.length}`
    await markSubmitting(db, runKey, new Date())
    await markSubmitted(db, runKey, submissionId, new Date())
    return { submissionId }
  },
  async followTraining() {
    if (script.training === 'running') {
      throw ApplicationFailure.create({ type: 'TRAINING_GOES_ON', nextRetryDelay: 200 })
    }
    return { state: script.training, reason: 'as the script says' }
  },
  async stopTraining() {},
  async registerCandidate({ runKey }: { runKey: string }) {
    const version = String(script.submitted.length + 1)
    const undecided = script.passes === 'person' ? undecidedComparison : undefined
    await insertCandidate(db, runKey, version, 'm', undecided)
    return { version }
  },
  async compareCandidate() {
    const comparison = script.passes === 'person' ? undecidedComparison : betterComparison
    return { passes: script.passes, reason: 'as the script says', comparison }
  },
})
