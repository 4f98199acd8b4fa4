export interface FirstDifference {
  /** `report.features[0].primary.score`; '' where the values as a whole are of another kind. */
  readonly path: string
  /** As JSON; null where there is nothing. */
  readonly before: string | null
  readonly after: string | null
}

/** The first place, members in code-unit order, where two JSON values differ; null: they are the same. */
export function firstDifference(
  before: unknown,
  after: unknown,
  path = '',
): FirstDifference | null {
  const [left, right] = [membersOf(before), membersOf(after)]
  if (left === null || right === null || Array.isArray(before) !== Array.isArray(after)) {
    return Object.is(before, after) ? null : { path, before: textOf(before), after: textOf(after) }
  }
  const names = [...new Set([...left.keys(), ...right.keys()])]
  if (!Array.isArray(before)) names.sort()
  for (const name of names) {
    const step = Array.isArray(before) ? `[${name}]` : path === '' ? name : `.${name}`
    const found = firstDifference(left.get(name), right.get(name), `${path}${step}`)
    if (found !== null) return found
  }
  return null
}

/** By name, or by place in a list; null: it has none. */
const membersOf = (value: unknown): Map<string, unknown> | null =>
  typeof value === 'object' && value !== null
    ? new Map(Object.entries(value).filter(([, member]) => member !== undefined))
    : null

const textOf = (value: unknown): string | null => {
  const text = JSON.stringify(value)
  if (text === undefined) return null
  return text.length > mostShown ? `${text.slice(0, mostShown)}...` : text
}

const mostShown = 200
