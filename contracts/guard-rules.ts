import type { ModelSettings } from './config.ts'
import { keepsRows, keepsSamples } from './data-settings.ts'
import { calibrationRows, rowsForRate } from './guard-settings.ts'
import type { Finding } from './settings-problem.ts'

type Sections = { readonly [Key in keyof ModelSettings]?: ModelSettings[Key] | undefined }

/** How the guard of a model fits its features, its segments and the rows that are kept for it. */
export function checkGuard({ guard, features, segments, data }: Sections): Finding[] {
  if (!guard) return []
  return [
    ...(features ? named(guard, features) : []),
    ...(features ? repairable(guard, features) : []),
    ...far(guard, segments, data),
  ]
}

type Guard = NonNullable<ModelSettings['guard']>
type Features = ModelSettings['features']

function named({ repairs, inputs }: Guard, features: Features): Finding[] {
  return Object.entries({ repairs, inputs }).flatMap(([section, entries]) =>
    Object.keys(entries)
      .filter((name) => !Object.hasOwn(features, name))
      .map((name) => ({
        path: ['guard', section, name],
        message: `there is no feature "${name}"`,
        help: `features are ${Object.keys(features).join(', ')}`,
        atKey: true,
      })),
  )
}

function repairable({ repairs }: Guard, features: Features): Finding[] {
  return Object.entries(repairs).flatMap(([name, repair]) => {
    const type = features[name]?.type
    if (type === undefined) return []
    const path = ['guard', 'repairs', name]
    if (type === 'timestamp' || type === 'text' || type === 'embedding') {
      return [{ path, message: `a ${type} is not repaired`, help: 'take it out', atKey: true }]
    }
    const findings: Finding[] = []
    if (repair.unit !== undefined && type !== 'numeric') {
      findings.push({ path: [...path, 'unit'], message: `a ${type} feature has no unit` })
    }
    if (repair.trim === true && type !== 'categorical') {
      findings.push({
        path: [...path, 'trim'],
        message: `only texts have white space at their ends`,
      })
    }
    const wanted = { numeric: 'number', categorical: 'string', boolean: 'boolean' }[type]
    if (repair.default !== undefined && typeof repair.default !== wanted) {
      findings.push({
        path: [...path, 'default'],
        message: `a ${type} feature has no such value`,
        help: `give a ${wanted === 'string' ? 'text' : wanted}`,
      })
    }
    return findings
  })
}

/** A rate is a promise, and a promise wants rows. */
function far(
  { far: wanted, rows }: Guard,
  segments: Sections['segments'],
  data: Sections['data'],
): Finding[] {
  if (wanted === undefined) return []
  const findings: Finding[] = []
  const needed = rowsForRate(wanted.rate)
  if (rows < needed) {
    findings.push({
      path: ['guard', 'far', 'rate'],
      message: `a rate of ${wanted.rate} needs ${needed} rows of the reference, and ${rows} are kept (guard.rows)`,
      help: `make guard.rows at least ${needed}, or the rate at least ${leastRate(rows)}`,
    })
  }
  if (data && !keepsSamples({ data }) && (rows === 1_000 || !keepsRows({ data }))) {
    findings.push({
      path: ['guard', 'far'],
      message: 'no row of a reference is kept, and a distance needs some',
      help: keepsRows({ data })
        ? 'make data.rows all, or guard.rows larger than 1000, which keeps rows for the guard alone'
        : 'take guard.far out, or make data.rows needed or all',
      atKey: true,
    })
  }
  const groups = segments?.map((each) => (typeof each === 'string' ? each : each.feature))
  if (groups && wanted.segment !== undefined && !groups.includes(wanted.segment)) {
    findings.push({
      path: ['guard', 'far', 'segment'],
      message: `no segments are made by "${wanted.segment}"`,
      help:
        groups.length === 0 ? 'this model has no segments' : `segments are by ${groups.join(', ')}`,
    })
  }
  return findings
}

const leastRate = (rows: number): number => Math.ceil((20 / calibrationRows(rows)) * 1_000) / 1_000
