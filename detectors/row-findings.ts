import type { ModelSettings } from '../contracts/config.ts'
import { keepsSamples } from '../contracts/data-settings.ts'
import { featureColumns } from '../contracts/derived-feature.ts'
import { suggestion } from '../contracts/nearest-word.ts'
import type { Finding } from '../contracts/settings-problem.ts'
import { twoDigits } from '../contracts/two-digits.ts'
import type { Detector } from './detector.ts'
import { detectors } from './index.ts'
import type { RowDetector } from './row-detector.ts'
import { rowDetectors } from './rows.ts'

/** Rows of a sample, and categories of a feature that make segments of their own with one for all others. */
const sampleRows = 1_000
const mostSegments = 65

type Checked = Pick<ModelSettings, 'features' | 'segments' | 'detection' | 'data'>

/**
 * What is wrong with the row detectors that a model names: one that does not exist, one without rows to read, one
 * whose p-value cannot get as small as its share of `significance`, the level of all tests of a window together.
 */
export function rowFindings(model: Checked, significance: number): Finding[] {
  const names = model.detection.rows ?? []
  const level = significance / mostTests(model)
  return names.flatMap((name, index): Finding[] => {
    const path = ['detection', 'rows', index]
    const detector = (rowDetectors as Record<string, RowDetector>)[name]
    if (detector === undefined) {
      const help = suggestion(name, Object.keys(rowDetectors))
      return [
        {
          path,
          message: `there is no row detector "${name}"`,
          ...(help !== undefined && { help }),
        },
      ]
    }
    if (names.indexOf(name) < index) return [{ path, message: `"${name}" is named already` }]
    if (!keepsSamples(model)) {
      return [
        {
          path,
          message: `${name} reads a sample of rows, and this model keeps none`,
          help: 'make data.rows all, or take the row detector out',
        },
      ]
    }
    const decides = detector.role === 'test' && model.detection.designEffect === 1
    return decides ? unreachable(model, detector, path, level) : []
  })
}

function unreachable(
  { detection }: Checked,
  detector: RowDetector,
  path: Finding['path'],
  level: number,
): Finding[] {
  const rows = Math.min(sampleRows, Math.max(detection.minimumRows, detector.leastRows))
  const smallest = detector.smallestP(sampleRows, rows, detector.options.parse({}))
  if (smallest <= level) return []
  return [
    {
      path,
      message: `over ${rows} rows ${detector.name} gives no p-value below ${twoDigits(smallest)}, and its share of the false alarms is ${twoDigits(level)}`,
      help: 'raise detection.minimumRows or the budget, or take the row detector out',
    },
  ]
}

/** Tests and rules of one window at most: segments are known only when rows have been read. */
function mostTests({ features, segments, detection }: Checked): number {
  const kinds = featureColumns(features).map(({ type }) =>
    type === 'numeric' ? 'numeric' : 'categorical',
  )
  // The model's own score, and the class that it chose.
  kinds.push('numeric', 'categorical')
  const rules = Object.values(detectors as Record<string, Detector>).filter(
    ({ role }) => role === 'rule',
  )
  const ofAll = kinds.reduce(
    (sum, kind) => sum + 1 + rules.filter(({ reads }) => reads === 'any' || reads === kind).length,
    0,
  )
  const groups = segments.reduce(
    (sum, one) =>
      sum + (typeof one === 'string' ? mostSegments : Object.keys(one.groups).length + 1),
    0,
  )
  return ofAll + groups * kinds.length + (detection.rows?.length ?? 0)
}
