import { recordPaths } from '../contracts/config.ts'
import type { InferredFeature, InferredFeatures } from '../contracts/inferred-features.ts'
import { createSeen, type Seen, toldOf } from './seen-values.ts'

const deepest = 8
const mostFeatures = 2_000

/**
 * Looks at parsed records, one after the other, and tells the type, range and number of values of everything that
 * could be a feature. The features are in the section of that name where the first record has it, else beside the
 * other parts of the prediction. Memory is bounded, however many records there are. Pure and deterministic.
 */
export function featureInference(wanted: string = recordPaths.parse({}).features) {
  const places = new Map<string, { seen: Seen; path: readonly string[] }>()
  let section: string | null = null
  let records = 0
  let unreadable = 0
  let more = false

  const walk = (value: object, path: readonly string[]) => {
    for (const [name, member] of Object.entries(value)) {
      const at = [...path, name]
      if (path.length === 0 && section === '' && parts.has(name)) continue
      if (isSection(member) && at.length < deepest) walk(member, at)
      else put(at, member)
    }
  }
  const put = (path: readonly string[], value: unknown) => {
    const key = JSON.stringify(path)
    let place = places.get(key)
    if (place === undefined) {
      if (places.size >= mostFeatures) {
        more = true
        return
      }
      place = { seen: createSeen(), path }
      places.set(key, place)
    }
    place.seen.add(value)
  }

  return {
    add(record: unknown): void {
      if (!isSection(record)) {
        unreadable++
        return
      }
      section ??= wanted !== '' && Object.hasOwn(record, wanted) ? wanted : ''
      records++
      const inside = section === '' ? record : record[section]
      if (isSection(inside)) walk(inside, [])
    },
    end(): InferredFeatures {
      const features: InferredFeature[] = []
      const leftOut: InferredFeatures['leftOut'] = []
      for (const { seen, path } of places.values()) {
        const name = path.join('.')
        const told = toldOf(seen, records)
        if (path.length > 1 && path.some((step) => step.includes('.') || step === '')) {
          leftOut.push({ name, reason: 'no path leads through a name with a dot in it' })
        } else if ('reason' in told) leftOut.push({ name, ...told })
        else if (features.some((feature) => feature.name === name)) {
          leftOut.push({ name, reason: 'another feature has this name' })
        } else {
          const whole = section === '' ? name : `${section}.${name}`
          features.push({ name, ...(path.length > 1 && { path: whole }), ...told })
        }
      }
      if (more) leftOut.push({ name: '...', reason: `only the first ${mostFeatures} are told` })
      return { records, unreadable, section: section ?? wanted, features, leftOut }
    },
  }
}

/** The other parts of a prediction, where they are unless a configuration says otherwise. */
const parts = new Set(Object.values(recordPaths.parse({})))

const isSection = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
