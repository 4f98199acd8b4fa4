import { metricOf } from '../../contracts/comparison.ts'
import type { ModelSettings } from '../../contracts/model-settings.ts'
import { compare } from '../../policies/comparison.ts'
import { bestContender, formerContenders } from '../../policies/former-versions.ts'
import { columnsOf, type DataSet } from './data-set.ts'
import type { Served, Version } from './served.ts'
import type { Rows } from './split.ts'

/** So many versions that served before are held against the champion beside a new one. */
const mostFormer = 10

/** The new candidate and former versions against the champion on the same held-out rows, and the one that goes on. */
export function contest(
  set: DataSet,
  settings: ModelSettings,
  {
    served,
    candidate,
    rows: { from, to },
    seed,
  }: {
    readonly served: Served
    readonly candidate: Version
    readonly rows: Rows
    readonly seed: number
  },
) {
  const { champion, history } = served
  const names = formerContenders(
    ...([history.toReversed().map(({ name }) => name), champion.name, candidate.name] as const),
    mostFormer,
  )
  const former = names.map((name) => history.find((one) => one.name === name) as Version)
  const labels = set.labels.slice(from, to)
  const rows = columnsOf(set, from, to)
  const answers = champion.model(rows)
  const heldOut = { start: isoAt(set, from), end: isoAt(set, to - 1) }
  const contenders = [candidate, ...former].map((version) => ({
    version: version.name,
    of: version,
    comparison: compare(
      {
        ...{ labels, candidate: version.model(rows), champion: answers },
        windows: { heldOut, candidate: version.trainedOn, champion: champion.trainedOn },
        contenders: 1 + former.length,
        seed: `${seed}/${set.name}/${champion.name}/${version.name}`,
      },
      { ...settings.comparison, metric: metricOf(settings.comparison, set.task), critical: false },
    ),
  }))
  return bestContender(contenders as [(typeof contenders)[0], ...typeof contenders])
}

const isoAt = ({ times }: DataSet, row: number): string =>
  new Date(times[row] as number).toISOString()
