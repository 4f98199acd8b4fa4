import type pg from 'pg'
import { finalBefore, finalWindows, quietWindows } from '../adapters/postgres/earlier-finals.ts'
import { findEstimate } from '../adapters/postgres/estimates.ts'
import type { WindowToMeasure } from '../adapters/postgres/performances.ts'
import { findVerdict } from '../adapters/postgres/verdicts.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { keepsSamples } from '../contracts/data-settings.ts'
import type { LabelPlan } from '../contracts/label-reading.ts'
import type { LabelSettings } from '../contracts/label-settings.ts'
import type { MeasuredPart, PerformanceReport } from '../contracts/performance.ts'
import type { PerformanceJudgement } from '../contracts/performance-finding.ts'
import { classShift } from '../judging/performance/class-shift.ts'
import { worseVersion } from '../judging/performance/story.ts'
import { classesOf } from '../judging/slices/labelled-sample.ts'
import { checkedSlicesOf, lossSlicesOf } from '../judging/slices/told-slices.ts'
import { dataSideOf } from '../policies/data-side.ts'
import { asksLoss, kindOf } from '../policies/kinds.ts'
import { sampleBefore, sampleNow } from './labelled-samples.ts'

export interface WhyAsked {
  readonly plan: LabelPlan
  readonly settings: Pick<ModelSettings, 'data' | 'detection'> & { readonly labels: LabelSettings }
  readonly window: WindowToMeasure
  readonly parts: readonly MeasuredPart[]
  readonly judgement: PerformanceJudgement
}

type Why = Pick<PerformanceReport, 'slices' | 'checked' | 'kind'>

/** Earlier windows that are looked through for rows. */
const mostEarlier = 24
const reachMs = 56 * 86_400_000
/** A window that so surely differs from earlier ones is none to hold later ones against. */
const told = 0.001

/**
 * Why a final window is as it is: the slices of rows that got worse, what has become of those of the window before, and
 * which kind of drift it is. Rows are asked for only where there is something to tell.
 */
export async function tellWhy(db: pg.Pool, asked: WhyAsked): Promise<Why> {
  const { plan, window, judgement } = asked
  const verdict = await findVerdict(db, plan.model, window.start)
  const data = verdict && dataSideOf(verdict)
  const before = await finalBefore(db, plan.model, window.start)
  const worse = worseVersion(judgement)
  const version = worse ?? (data?.verdict === 'DRIFT' ? mostLabelled(asked.parts) : null)
  const rows = version === null ? null : await rowsOf(db, asked, version)
  const slices = worse !== null && rows !== null ? lossSlicesOf(rows, rows.starts) : undefined
  const checked = await checkedFrom(db, asked, before)
  const names = classesOf(asked.settings.labels)
  const earlier = rows?.before ?? null
  const classes =
    rows === null || earlier === null || names === null
      ? null
      : classShift(names, earlier.classed, rows.now.classed)
  // What labels say of the loss stands, whatever was estimated before them.
  const estimate = asksLoss(judgement) ? null : await findEstimate(db, plan.model, window.start)
  const kind = kindOf({
    ...{ data, classes },
    performance: [judgement, ...(estimate === null ? [] : [estimate.judgement])],
    slices: slices?.found.map(({ sentence }) => sentence) ?? [],
  })
  return {
    ...(slices && { slices }),
    ...(checked && { checked }),
    ...(kind && {
      kind: {
        ...{ ...kind, verdict: verdict?.evidenceDigest ?? null, classes },
        ...(estimate && { estimate: estimate.evidenceDigest }),
      },
    }),
  }
}

const lossOf = (parts: readonly MeasuredPart[], version: string) =>
  parts.find((part) => part.version === version && part.segment === '')?.loss?.name

const mostLabelled = (parts: readonly MeasuredPart[]): string | null =>
  parts
    .filter(({ segment, loss }) => segment === '' && loss !== null)
    .toSorted((left, right) => right.labelled - left.labelled)[0]?.version ?? null

/** Where rows may be kept, and are independent. */
const maySample = ({ data, detection }: WhyAsked['settings']): boolean =>
  keepsSamples({ data }) && detection.designEffect === 1

/** The sampled rows of a version with a label, now and in the last windows in which it did no worse. */
async function rowsOf(db: pg.Pool, asked: WhyAsked, version: string) {
  const { plan, settings, window, parts } = asked
  const loss = lossOf(parts, version)
  if (loss === undefined || !maySample(settings)) return null
  const sampled = { plan, settings: settings.labels, version, loss }
  const now = await sampleNow(db, sampled, window)
  if (now === null) return null
  const since = new Date(window.start.getTime() - reachMs)
  const quiet = await quietWindows(db, {
    ...{ model: plan.model, version, loss, told },
    ...{ before: window.start, since, limit: mostEarlier },
  })
  const before = await sampleBefore(db, sampled, quiet, now.binning)
  return {
    ...{ version, loss, now: now.sample },
    ...{ before: before?.sample ?? null, starts: before?.starts ?? [] },
  }
}

/** The slices of the final window before, held against the rows of this one and the earlier rows that were kept for it. */
async function checkedFrom(
  db: pg.Pool,
  { plan, settings, window }: WhyAsked,
  before: PerformanceReport | null,
) {
  const { slices } = before ?? {}
  if (before === null || slices === undefined || slices.found.length === 0) return undefined
  if (!maySample(settings)) return undefined
  const { version, loss, earlier, found } = slices
  const sampled = { plan, settings: settings.labels, version, loss }
  const now = await sampleNow(db, sampled, window)
  if (now === null) return undefined
  const windows = await finalWindows(db, plan.model, earlier)
  const held = await sampleBefore(db, sampled, windows, now.binning)
  const sides = { version, loss, now: now.sample, before: held?.sample ?? null }
  return checkedSlicesOf(sides, { foundIn: before.window.start, found })
}
