import { compareWith, type Detector, detectors, sidesOfCounts } from '../../detectors/index.ts'
import { type Strengths, strengthsOf } from '../../policies/history.ts'
import type { FeatureCounts } from '../../profiles/index.ts'
import type { Look } from './screen.ts'

/**
 * What the tests of the looks at one length said, each worked out when a later window asks for it: many are never
 * asked for.
 */
export function strengthsWhenRead(looks: readonly Look[]): Strengths {
  const known = new Map<string, number | undefined>()
  const read = (test: string): number | undefined => {
    const found = known.get(test)
    if (found !== undefined || known.has(test)) return found
    const strength = strengthOf(test, looks)
    known.set(test, strength)
    return strength
  }
  return new Proxy({}, { get: (_, test) => (typeof test === 'string' ? read(test) : undefined) })
}

/** Of a test as `testName` names it; undefined where it was not asked. */
function strengthOf(test: string, looks: readonly Look[]): number | undefined {
  const [name, detector, segment] = JSON.parse(test) as [string, string, string?]
  const look = looks.find((one) => one.segment === segment)
  if (look === undefined) return undefined
  const { reference, current, quiet } = look
  const i = quiet.findIndex(({ feature }) => feature === name)
  const sides = sidesOfCounts(...([reference, current].map((one) => one.features[i]) as Pair))
  const primary = compareWith((detectors as Record<string, Detector>)[detector] as Detector, sides)
  return strengthsOf([{ ...quiet[i]!, primary, rules: [], ...(segment && { segment }) }])[test]
}

type Pair = [FeatureCounts, FeatureCounts]
