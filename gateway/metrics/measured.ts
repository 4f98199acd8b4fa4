import type pg from 'pg'
import { secondsBehind } from '../../adapters/postgres/cards.ts'
import { answersWaiting } from '../../adapters/postgres/chat-answers.ts'
import { currentConfigTime } from '../../adapters/postgres/config-versions.ts'
import { guardedTotals, guardStanding } from '../../adapters/postgres/guarded-inputs.ts'
import { lastHousekeeping, storedBytes } from '../../adapters/postgres/housekeepings.ts'
import { labelMeasures } from '../../adapters/postgres/label-measures.ts'
import {
  endedRetrainings,
  incidentsWithin,
  type JudgedUntil,
  judgedUntil,
  noticesByCause,
  openIncidents,
  type PartitionLag,
  partitionLags,
  verdictsAfter,
} from '../../adapters/postgres/measures.ts'
import { openReviews } from '../../adapters/postgres/reviews.ts'
import { waitingGates } from '../../adapters/postgres/views.ts'
import type { LabelSettings, ModelSettings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { appliedModels } from '../applied.ts'
import { sharedFor } from '../one-answer.ts'
import { readinessOfAll } from '../readiness-of.ts'

/** Several series come from one question, which is asked once a scrape. */
const oneScrapeMs = 1_000

export interface MeasuredModel {
  readonly model: string
  readonly settings: ModelSettings
  /** Null before the first verdict. */
  readonly judged: JudgedUntil | null
  readonly watermarkAgeMs: number
  /** Incidents that opened in the time of its budget. */
  readonly opened: number
}

export interface LabelledModel {
  readonly model: string
  readonly settings: LabelSettings
  readonly watermarkAgeMs: number
  /** Of the last window that was measured for good; null before it. */
  readonly coverage: number | null
  /** Labels that came after the final measure of their window. */
  readonly late: number
  /** Rules that alarm in it; null: it was not judged. */
  readonly alarms: readonly string[] | null
}

/** What is asked at every scrape. Counts are by `MODEL KIND`. */
export interface Measured {
  /** Seconds for which each open gate has waited. */
  readonly gates: () => Promise<readonly { release: string; model: string; seconds: number }[]>
  /** Seconds that are left to review each release whose glass was broken; below 0: it is overdue. */
  readonly reviews: () => Promise<readonly { release: string; model: string; seconds: number }[]>
  /** Seconds for which the oldest card of each channel has not been what it should be. */
  readonly cards: () => Promise<readonly { channel: string; seconds: number }[]>
  /** Seconds for which the oldest answer from each channel has waited to be applied. */
  readonly answers: () => Promise<readonly { channel: string; seconds: number }[]>
  readonly bytes: () => Promise<readonly { kind: string; bytes: number }[]>
  /** When the last housekeeping ended; null before the first. */
  readonly tidied: () => Promise<Date | null>
  readonly models: () => Promise<readonly MeasuredModel[]>
  readonly incidents: () => Promise<ReadonlyMap<string, number>>
  readonly notices: () => Promise<ReadonlyMap<string, number>>
  readonly verdicts: () => Promise<ReadonlyMap<string, number>>
  readonly retrainings: () => Promise<ReadonlyMap<string, number>>
  readonly partitions: () => Promise<readonly PartitionLag[]>
  readonly labels: () => Promise<readonly LabelledModel[]>
  /** Of models that drills are configured for. */
  readonly readiness: () => ReturnType<typeof readinessOfAll>
  readonly guarded: () => ReturnType<typeof guardedTotals>
  readonly guards: () => ReturnType<typeof guardStanding>
}

/** What PostgreSQL tells: one query for each question, and none that grows with how long we have run. */
export function measuredIn(db: pg.Pool, clock: () => number): Measured {
  const applied = sharedFor(oneScrapeMs, clock, async () => {
    const models = await appliedModels(db).catch((error: unknown) => {
      if (error instanceof DriftgateError && error.code === 'CONFIG_NOT_APPLIED') return {}
      throw error
    })
    return new Map(Object.entries(models))
  })
  const names = async () => [...(await applied()).keys()]
  return {
    gates: () => waitingGates(db),
    reviews: async () =>
      (await openReviews(db)).map(({ release, dueAt }) => ({
        release,
        model: release.slice(0, release.lastIndexOf('/')),
        seconds: (dueAt.getTime() - clock()) / 1_000,
      })),
    cards: () => secondsBehind(db),
    answers: () => answersWaiting(db, new Date(clock())),
    bytes: () => storedBytes(db),
    tidied: async () => (await lastHousekeeping(db))?.endedAt ?? null,
    models: sharedFor(oneScrapeMs, clock, async () => modelsNow(db, await applied(), clock())),
    incidents: async () => byKind(await openIncidents(db), ({ kind }) => kind),
    notices: async () => byKind(await noticesByCause(db), ({ cause }) => cause),
    verdicts: verdictCounter(db, names),
    retrainings: async () => byKind(await endedRetrainings(db), ({ state }) => state),
    partitions: sharedFor(oneScrapeMs, clock, async () => partitionLags(db, await names())),
    labels: sharedFor(oneScrapeMs, clock, async () => labelledNow(db, await applied(), clock())),
    readiness: sharedFor(oneScrapeMs, clock, async () =>
      readinessOfAll({ db, clock }, Object.fromEntries(await applied())),
    ),
    guarded: sharedFor(oneScrapeMs, clock, () => guardedTotals(db)),
    guards: sharedFor(oneScrapeMs, clock, () => guardStanding(db)),
  }
}

async function modelsNow(
  db: pg.Pool,
  models: ReadonlyMap<string, ModelSettings>,
  nowMs: number,
): Promise<MeasuredModel[]> {
  const names = [...models.keys()]
  const spans = new Map([...models].map(([model, { detection }]) => [model, detection.budget.per]))
  const [judged, opened, since] = await Promise.all([
    judgedUntil(db, names),
    incidentsWithin(db, spans),
    currentConfigTime(db),
  ])
  const until = new Map(judged.map((each) => [each.model, each]))
  return [...models].map(([model, settings]) => {
    const own = until.get(model) ?? null
    const watermark = own?.windowEnd ?? since
    return {
      ...{ model, settings, judged: own, opened: opened.get(model) ?? 0 },
      watermarkAgeMs: watermark === null ? 0 : nowMs - watermark.getTime(),
    }
  })
}

async function labelledNow(
  db: pg.Pool,
  models: ReadonlyMap<string, ModelSettings>,
  nowMs: number,
): Promise<LabelledModel[]> {
  const [measures, since] = await Promise.all([
    labelMeasures(db, [...models.keys()]),
    currentConfigTime(db),
  ])
  return [...models].flatMap(([model, { labels }]) => {
    if (labels === undefined) return []
    const { watermark = null, coverage = null, alarms = null, late = 0 } = measures.get(model) ?? {}
    const from = watermark ?? since
    const watermarkAgeMs = from === null ? 0 : nowMs - from.getTime()
    return [{ model, settings: labels, watermarkAgeMs, coverage, alarms, late }]
  })
}

/** Counted on from scrape to scrape: the table is read as a whole once. */
function verdictCounter(db: pg.Pool, names: () => Promise<string[]>) {
  const counted = new Map<string, number>()
  const last = new Map<string, number>()
  let turn = Promise.resolve()
  const countOn = async () => {
    for (const found of await verdictsAfter(db, await names(), last)) {
      const key = `${found.model} ${found.verdict}`
      counted.set(key, (counted.get(key) ?? 0) + found.count)
      last.set(found.model, Math.max(last.get(found.model) ?? 0, found.last))
    }
  }
  return async (): Promise<ReadonlyMap<string, number>> => {
    // Two scrapes at once would count the same verdicts twice.
    turn = turn.then(countOn, countOn)
    await turn
    return counted
  }
}

const byKind = <Row extends { model: string; count: number }>(
  rows: readonly Row[],
  kind: (row: Row) => string,
): ReadonlyMap<string, number> =>
  new Map(rows.map((row) => [`${row.model} ${kind(row)}`, row.count]))
