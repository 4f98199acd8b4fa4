import type { FeatureValue } from '../../contracts/prediction.ts'
import { scoreProfiles } from '../../detectors/score-features.ts'
import { addRow, createProfile } from '../../profiles/index.ts'
import { evidently } from '../../statistics/compat/evidently.ts'
import { generator } from '../false-alarms/generator.ts'
import type { Case } from './cases.ts'
import { drawnValue, inside } from './laws.ts'
import { createWorld, features, watched } from './world.ts'

const days = 30
const windows = days * 24
const rowsOfWindow = 300
/** Evidently changes its rule at 1,000 rows, and sorts them all for every window. */
const rowsForEvidently = 2_000

/** What a rule raised in 30 days of hourly windows without any change. */
export interface Raised {
  readonly rule: string
  /** Columns of windows. */
  readonly alerts: number
  /** Windows with an alert. */
  readonly windows: number
}

/** The rules that tools and people begin with, column by column, on windows of 300 rows of the plain case. */
export function defaultRules(plain: Case, seed: number): Raised[] {
  const world = createWorld(plain, seed, 0)
  const next = generator(seed, 1, 1)
  const column = (rows: readonly (readonly FeatureValue[])[], i: number) =>
    rows.flatMap((row) => (row[i] === null ? [] : [row[i] as number | string]))
  const before = watched.map((_, i) => column(world.rows.slice(0, rowsForEvidently), i))
  const rules: [string, (i: number, p: number | null, now: (number | string)[]) => boolean][] = [
    [
      'Evidently 0.7.23, its own choice of test and threshold (2,000 rows of the reference)',
      (i, _, now) => {
        const type = watched[i]?.kind === 'numeric' ? 'numeric' : 'categorical'
        return evidently(type, before[i] as (number | string)[], now).drifted
      },
    ],
    ['p below 5 % in a column', (_, p) => p !== null && p < 0.05],
    [
      'p below 5 %, Bonferroni over the columns of a window',
      (_, p) => p !== null && p < 0.05 / watched.length,
    ],
  ]
  const raised = rules.map(([rule]) => ({ rule, alerts: 0, windows: 0 }))
  for (let at = 0; at < windows; at++) {
    const rows = Array.from({ length: rowsOfWindow }, () =>
      watched.map((law) =>
        law.missing > 0 && next() < law.missing ? null : drawnValue(law, inside(next)),
      ),
    )
    const profile = createProfile(world.binning)
    for (const row of rows) addRow(profile, row)
    const scores = scoreProfiles(world.reference, profile, { features }, [])
    for (const [k, [, alerts]] of rules.entries()) {
      const count = watched.filter((_, i) =>
        alerts(i, scores[i]?.primary.pValue ?? null, column(rows, i)),
      ).length
      const found = raised[k] as { alerts: number; windows: number }
      found.alerts += count
      if (count > 0) found.windows++
    }
  }
  return raised
}
