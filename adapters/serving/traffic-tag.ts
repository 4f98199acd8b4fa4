import { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'
import { allTo, settled, type Traffic, trafficSchema } from '../../contracts/traffic.ts'
import type { RolloutPlace } from './rollout-target.ts'

/** The tag of a registered model that holds the shares beside its alias. */
export const trafficTag = ({ alias }: RolloutPlace): string => `driftgate.traffic.${alias}`

const version = z.string().regex(/^[1-9]\d*$/, 'expected the number of a version')
const tagSchema = z.array(
  z.strictObject({
    stable: version,
    canary: trafficSchema.shape.canary.pipe(
      z.strictObject({ version, percent: z.number() }).nullable(),
    ),
    shadow: trafficSchema.shape.shadow.pipe(version.nullable()),
  }),
)

/**
 * The states that a tag holds, of which the one with the version of the alias is in force. Throws ROLLOUT_UNREADABLE:
 * what somebody wrote there may mean anything, and nothing is guessed of it.
 */
export function readTrafficTag(place: RolloutPlace, text: string | null): Traffic[] {
  if (text === null) return []
  const unreadable = (reason: string, cause: unknown) => {
    const details = { place: `tag ${trafficTag(place)} of ${place.name}`, reason }
    return new DriftgateError('ROLLOUT_UNREADABLE', details, { cause })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw unreadable('it is no JSON', cause)
  }
  const parsed = tagSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw unreadable(`${path.join('.') || 'the whole'}: ${message}`, parsed.error)
}

/** What the tag says of an alias that names this version. */
export const heldBy = (states: readonly Traffic[], stable: string | null): Traffic =>
  settled(states.find((state) => state.stable === stable) ?? allTo(stable))

/** Null: no tag is needed, since the alias says it all. */
export function trafficTagText(states: readonly Traffic[]): string | null {
  const shared = states.filter(({ canary, shadow }) => canary !== null || shadow !== null)
  return shared.length === 0 ? null : JSON.stringify(shared)
}
