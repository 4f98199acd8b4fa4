import { z } from 'zod'

const who = z.string().trim().min(1)

/** Part of a quorum: so many people, each with the role, or in the group, or both. */
export const placeSettings = z
  .strictObject({
    role: who.optional().describe('the role that they need'),
    group: who.optional().describe('the group that they need to be in'),
    count: z.number().int().positive().max(10).default(1).describe('how many people'),
  })
  .refine(({ role, group }) => role !== undefined || group !== undefined, {
    error: 'expected a role, a group or both',
  })
export type Place = z.infer<typeof placeSettings>

/** People who may stand in for any that are missing, once nobody has decided for so long. */
export const standInsSchema = z.object({
  /** Milliseconds after the request was made. */
  after: z.number(),
  role: z.string().optional(),
  group: z.string().optional(),
})
export type StandIns = z.infer<typeof standInsSchema>

/** "people with the role head in the group risk". */
export const standInsInWords = ({ role, group }: Pick<StandIns, 'role' | 'group'>): string =>
  ['people', ...needs({ role, group })].join(' ')

const needs = ({ role, group }: Pick<StandIns, 'role' | 'group'>): string[] => [
  ...(role === undefined ? [] : [`with the role ${role}`]),
  ...(group === undefined ? [] : [`in the group ${group}`]),
]

/** The gate that an approval has to pass, as people are shown it. */
export const gatePolicy = z.object({
  digest: z.string(),
  critical: z.boolean(),
  /** People that it takes. */
  required: z.number(),
  /** The one that all of them need; absent where the places differ. */
  role: z.string().optional(),
  /** Absent: `required` people with `role`. */
  places: z.array(placeSettings).optional(),
  /** Groups and people that count as having asked for what a rule asked for. */
  owners: z.array(z.string()).optional(),
  /** What happens when nobody decides in time; absent: it ends. */
  onExpiry: z.literal('ask-again').optional(),
  /** Absent: nobody else is ever asked. */
  escalation: standInsSchema.optional(),
  /** Who may approve alone and at once; `review`: milliseconds in which others look at it. Absent: nobody may. */
  breakGlass: z
    .object({ role: z.string().optional(), group: z.string().optional(), review: z.number() })
    .optional(),
})
export type GatePolicy = z.infer<typeof gatePolicy>

export const placesOf = ({
  places,
  role,
  required,
}: {
  readonly places?: readonly Place[] | undefined
  readonly role?: string | undefined
  readonly required: number
}): readonly Place[] => places ?? [{ role: role ?? '', count: required }]

/** Those who may fill any place of a request by now; null: nobody. */
export const standInOf = ({
  escalatedAt,
  evidence,
}: {
  readonly escalatedAt?: string | undefined
  readonly evidence: { readonly policy: GatePolicy }
}): StandIns | null => (escalatedAt === undefined ? null : (evidence.policy.escalation ?? null))

/** "2 people with the role approver and 1 person in the group risk". */
export const placesInWords = (places: readonly Place[]): string =>
  places
    .map(({ role, group, count }) => {
      const people = count === 1 ? '1 person' : `${count} people`
      return [people, ...needs({ role, group })].join(' ')
    })
    .join(' and ')

/** "the role approver or the group risk": what a person needs to answer at all. */
export const needsInWords = (places: readonly Place[]): string =>
  [
    ...new Set(
      places.map(({ role, group }) =>
        [
          ...(role === undefined ? [] : [`the role ${role}`]),
          ...(group === undefined ? [] : [`the group ${group}`]),
        ].join(' and '),
      ),
    ),
  ].join(' or ')
