import { z } from 'zod'

/** Who answers the requests of one model: a state of a rollout target. */
export const trafficSchema = z.object({
  /** The version that answers what no other one does; null: none serves yet. */
  stable: z.string().nullable(),
  /** So many of a hundred requests are answered by another version. */
  canary: z
    .object({ version: z.string(), percent: z.number().int().min(1).max(99) })
    .nullable()
    .default(null),
  /** Is sent a copy of every request; nobody sees what it answers. */
  shadow: z.string().nullable().default(null),
})
export type Traffic = z.infer<typeof trafficSchema>

/** One version answers everything. */
export const allTo = (version: string | null): Traffic => ({
  stable: version,
  canary: null,
  shadow: null,
})

/** What a rollout target can do; asking for more is an error of the configuration. */
export interface TrafficAbilities {
  readonly shadow: boolean
  readonly split: boolean
  /** Looking and changing are one step, so that nobody's change is ever overwritten. */
  readonly compareAndSwap: boolean
}

/** In words, as `version 3, 10 % to version 4` or `version 3, shadowed by version 4`. */
export function trafficInWords({ stable, canary, shadow }: Traffic): string {
  return [
    stable === null ? 'no version' : `version ${stable}`,
    ...(canary === null ? [] : [`${canary.percent} % to version ${canary.version}`]),
    ...(shadow === null ? [] : [`shadowed by version ${shadow}`]),
  ].join(', ')
}

/** What a state comes to: a version that answers everything takes no share from itself and needs no copy. */
export const settled = ({ stable, canary, shadow }: Traffic): Traffic => ({
  stable,
  canary: canary?.version === stable ? null : canary,
  shadow: shadow === stable ? null : shadow,
})

/** Whether nobody who sends requests could tell one from the other. */
export const sameTraffic = (left: Traffic, right: Traffic): boolean =>
  trafficInWords(settled(left)) === trafficInWords(settled(right))

/** The versions that a state needs, each once. */
export const versionsIn = ({ stable, canary, shadow }: Traffic): string[] => [
  ...new Set([stable, canary?.version, shadow].filter((version) => typeof version === 'string')),
]
