import type { FeatureSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { FeatureScores, Score } from '../contracts/report.ts'
import { compareWith, type Detector } from './detector.ts'
import { distributionOf } from './distribution.ts'
import { detectors } from './index.ts'
import { sentenceOf } from './sentence.ts'
import { rowsOf, type Sides, usable } from './sides.ts'

/** What describes beside the test that decides, unless the settings name others. */
export const describedByDefault: readonly string[] = ['psi', 'jensen-shannon', 'unseen-categories']

/**
 * The primary test, every rule and the describing detectors over one feature. `describe` names the detectors that
 * only describe; those that cannot read the feature are passed over. Null: nothing does, the picture neither. Pure and
 * deterministic. Throws
 * DETECTOR_INPUT_INVALID when the configured primary test cannot decide for the feature.
 */
export function scoreSides(
  sides: Sides,
  settings: Pick<FeatureSettings, 'detector' | 'minimumEffect' | 'importance'> = {},
  describe: readonly string[] | null = describedByDefault,
): FeatureScores {
  const primary = primaryOf(sides, settings.detector)
  const values = usable(sides)
  const bothSides = values.reference > 0 && values.current > 0
  const rows = rowsOf(sides)
  const anyRows = rows.reference > 0 && rows.current > 0
  const all = readableFor(sides)
  return {
    feature: sides.feature,
    kind: sides.kind,
    primary: bothSides ? compareWith(primary, sides) : withoutRows(primary, sides),
    rules: all
      .filter(({ role, reads }) => role === 'rule' && (bothSides || (reads === 'any' && anyRows)))
      .map((rule) => ({ score: compareWith(rule, sides), minimumEffect: rule.minimumEffect })),
    others:
      bothSides && describe !== null
        ? all
            .filter(({ name }) => describe.includes(name) && name !== primary.name)
            .map((detector) => compareWith(detector, sides, {}, 'to describe'))
        : [],
    minimumEffect: settings.minimumEffect ?? primary.minimumEffect,
    ...(settings.importance !== undefined && { importance: settings.importance }),
    distribution: bothSides && describe !== null ? distributionOf(sides) : noDistribution,
    sentence: bothSides ? sentenceOf(sides) : 'no value at all on one side',
  }
}

const noDistribution = { labels: [], reference: [], current: [] }

function reads(detector: Detector, sides: Sides): boolean {
  if (detector.reads !== 'any' && detector.reads !== sides.kind) return false
  return detector.from === 'counts' || hasValues(sides)
}

const hasValues = (sides: Sides) => sides.kind === 'categorical' || sides.cells === 'values'

/** The registered detectors that can read these sides: the same for all sides of a kind. */
function readableFor(sides: Sides): readonly Detector[] {
  const kind = `${sides.kind} ${hasValues(sides)}`
  let found = readable.get(kind)
  if (found === undefined) {
    found = Object.values(detectors).filter((detector) => reads(detector, sides))
    readable.set(kind, found)
  }
  return found
}

const readable = new Map<string, readonly Detector[]>()

/** The one test that decides, fixed before the window is seen: the configured one, else by kind. */
function primaryOf(sides: Sides, configured?: string): Detector {
  const name = configured ?? (sides.kind === 'numeric' ? 'combined' : 'combined-categories')
  const detector = (detectors as Record<string, Detector>)[name]
  if (detector?.role === 'test' && reads(detector, sides)) return detector
  throw new DriftgateError('DETECTOR_INPUT_INVALID', {
    detector: name,
    reason: `it cannot decide for ${sides.feature}, which is ${sides.kind}`,
  })
}

function withoutRows(detector: Detector, sides: Sides): Score {
  return {
    detector: detector.name,
    definition: detector.definition,
    options: {},
    score: 0,
    effect: 0,
    effectInterval: [0, 1],
    pValue: null,
    pValueAbsent: 'one side holds no value at all',
    n: usable(sides),
    cells: sides.reference.length,
  }
}
