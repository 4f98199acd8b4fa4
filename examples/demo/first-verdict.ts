import { type Report, reportSchema } from '../../contracts/report.ts'
import { scoreFeatures } from '../../detectors/score-features.ts'
import { judge } from '../../policies/verdict.ts'
import {
  addRow,
  addToSample,
  binningDigest,
  buildBinning,
  createProfile,
  createSample,
  digestOf,
  encodeProfile,
  profileDigest,
  sampledRows,
} from '../../profiles/index.ts'
import { carLoanData, settingsBefore } from './data.ts'
import type { LabelledRow } from './stretches.ts'

/** The window of car-loan whose verdict is shown first: the one in which `car_value` begins to drift. */
export const firstDrifted = 5

/**
 * The verdict of one window computed from files alone: the same binning, profiles, detectors and policy that the
 * workers run, without any server. No model has scored these rows yet, so only the inputs are judged.
 */
export async function verdictFromFiles(index: number = firstDrifted): Promise<Report> {
  const settings = settingsBefore('car-loan')
  const { first: reference, stretches } = await carLoanData()
  const stretch = stretches[index]
  if (stretch === undefined) throw new RangeError(`there is no window ${index}`)
  const names = Object.keys(settings.features)
  const valuesOf = ({ features }: LabelledRow) => names.map((name) => features[name])
  const scored = buildBinning('car-loan', 'files', settings.features, reference.map(valuesOf))
  const binning = { ...scored, features: scored.features.slice(0, names.length) }

  const before = createProfile(binning)
  for (const row of reference) addRow(before, valuesOf(row))
  const now = createProfile(binning)
  const sample = createSample()
  for (const row of stretch.rows) {
    addRow(now, valuesOf(row))
    addToSample(sample, { id: row.id, values: valuesOf(row) })
  }
  const window = {
    start: new Date(stretch.startMs).toISOString(),
    end: new Date(stretch.endMs).toISOString(),
  }
  const scores = scoreFeatures(before, now, sampledRows(sample), [], settings)
  const judged = judge({
    ...scores,
    rows: { good: now.rows, bad: 0, lost: 0 },
    emptyWindows: 0,
    settings: { ...settings.detection, significance: 0.001 },
  })
  const evidence = {
    model: 'car-loan',
    window,
    cut: {},
    profile: profileDigest(encodeProfile(now)),
    reference: {
      name: 'first half',
      profile: profileDigest(encodeProfile(before)),
      modelVersion: 'none',
    },
    binning: binningDigest(binning),
    settings: digestOf({ features: settings.features, detection: settings.detection }),
    detectors: { ...scores.definitions },
  }
  return reportSchema.parse({
    schema: 'driftgate-report/1',
    model: 'car-loan',
    window,
    ...judged,
    rows: { good: now.rows, bad: 0, foreign: 0, lost: 0, late: 0, reference: before.rows },
    evidence,
    evidenceDigest: digestOf(evidence),
  })
}
