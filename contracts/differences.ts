import { hideSecrets } from './settings-problem.ts'

export interface Difference {
  /** `models.churn.window.length` */
  readonly path: string
  /** As JSON; null where there was nothing. What may be a secret is hidden. */
  readonly before: string | null
  readonly after: string | null
}

/** What differs between two JSON values, leaf by leaf, in the order of paths. */
export function differencesOf(before: unknown, after: unknown): Difference[] {
  const left = leaves(before)
  const right = leaves(after)
  return [...new Set([...left.keys(), ...right.keys()])]
    .sort()
    .filter((path) => left.get(path) !== right.get(path))
    .map((path) => ({
      path,
      before: shown(path, left.get(path)),
      after: shown(path, right.get(path)),
    }))
}

/** Lists are leaves: their order means something. */
function leaves(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, member] of Object.entries(value)) {
      leaves(member, path ? `${path}.${key}` : key, found)
    }
  } else if (value !== undefined && (path !== '' || value !== null)) {
    found.set(path, JSON.stringify(value))
  }
  return found
}

function shown(path: string, text: string | undefined): string | null {
  if (text === undefined) return null
  // `password.env` and `password.file` say where a secret is, not what it is.
  const name = path.slice(path.lastIndexOf('.') + 1)
  const head = `${name}: `
  return hideSecrets(head + text).slice(head.length)
}
