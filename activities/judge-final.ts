import type pg from 'pg'
import {
  recordStates,
  type StatesBefore,
  type StatesWanted,
  statesBefore,
} from '../adapters/postgres/performance-states.ts'
import {
  judgedBy,
  recordPerformance,
  type WindowToMeasure,
} from '../adapters/postgres/performances.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import type { LabelPlan } from '../contracts/label-reading.ts'
import type { PerformanceReport } from '../contracts/performance.ts'
import type { PerformanceJudgement, PerformanceMessage } from '../contracts/performance-finding.ts'
import {
  type FinalWindow,
  type GroupState,
  judgeByLabels,
  type KnownGroup,
} from '../judging/performance/judge-labels.ts'
import type { JudgedSettings } from '../judging/performance/rules/index.ts'
import { digestOf } from '../profiles/index.ts'

/** What a final window leaves behind, and where it belongs. */
export interface StatesToRecord extends StatesWanted {
  readonly states: readonly GroupState[]
}

interface Judging {
  readonly model: string
  readonly settings: JudgedSettings
  readonly window: WindowToMeasure
}

/** The judgement of a final window by its labels, from what the final windows before it left behind. */
export async function judgeFinal(
  db: pg.Pool,
  { model, settings, window }: Judging,
  measured: Omit<FinalWindow, 'start' | 'end'>,
): Promise<{ judgement: PerformanceJudgement; states: StatesToRecord }> {
  const { task, positive = null, classes = null, threshold } = settings.labels
  // What was learned of errors that are told in another way says nothing.
  const definition = digestOf({ task, positive, classes, threshold })
  const wanted = { model, definition, start: window.start }
  const key = ({ version, segment }: { version: string; segment: string }) =>
    `${version}\0${segment}`
  const found = await statesBefore(db, wanted, measured.groups)
  const known = new Map(found.map((state) => [key(state), knownOf(state)]))
  const times = { start: window.start.toISOString(), end: window.end.toISOString() }
  const { judgement, states } = judgeByLabels(
    settings,
    { ...measured, ...times },
    (group) => known.get(key(group)) as KnownGroup,
  )
  return { judgement, states: { ...wanted, states } }
}

/** As it was stored by a window before. */
const knownOf = ({ usual, stream, lessons, overtaken }: StatesBefore): KnownGroup => ({
  usual: usual as KnownGroup['usual'],
  stream: stream as KnownGroup['stream'],
  lessons: lessons as KnownGroup['lessons'],
  overtaken,
})

/** Measure and what it leaves behind, all or nothing; a window that has a final measure keeps both. */
export const recordFinal = (
  db: pg.Pool,
  report: PerformanceReport,
  { states, ...wanted }: StatesToRecord,
): Promise<void> =>
  transaction(db, async (client) => {
    if (await recordPerformance(client, report)) await recordStates(client, wanted, states)
  })

/** What the steward is told of the windows that were judged by a plan, in order of time. */
export const toldOf = async (db: pg.Pool, plan: LabelPlan): Promise<PerformanceMessage[]> =>
  (await judgedBy(db, plan)).flatMap(({ model, window, judgement, evidenceDigest }) =>
    judgement === undefined
      ? []
      : [
          {
            eventId: `performance/${model}/${judgement.by}/${window.start}`,
            ...{ model, by: judgement.by, verdict: judgement.verdict, window, evidenceDigest },
            headline: judgement.headline,
          },
        ],
  )
