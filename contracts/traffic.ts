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
