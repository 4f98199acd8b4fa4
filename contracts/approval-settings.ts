import { z } from 'zod'
import { periodSettings } from './calendar.ts'
import { duration } from './duration.ts'
import { type Place, placeSettings } from './gate-policy.ts'
import type { Finding } from './settings-problem.ts'

const periods = z.array(periodSettings).max(100).default([])

/** Who may release a model, and until when they are asked. */
export const approvalSettings = z.strictObject({
  required: z
    .number()
    .int()
    .positive()
    .max(10)
    .default(1)
    .describe('how many people must approve, where all need the same role'),
  role: z.string().default('approver').describe('the role that they need'),
  quorum: z
    .array(placeSettings)
    .min(1)
    .max(10)
    .optional()
    .describe('instead of required and role: who must approve; nobody counts for two'),
  ownersMayApprove: z
    .boolean()
    .optional()
    .describe(
      'whoever the model belongs to (owners) may approve what a rule asked for; false unless said, as then the owners count as having asked',
    ),
  expiry: duration.prefault('7d').describe('a release that waits longer expires'),
  onExpiry: z
    .enum(['end', 'ask-again'])
    .optional()
    .describe(
      'what then: it ends, and what is in place stays (end, unless said), or it is asked once more for as long again (ask-again)',
    ),
  escalation: z
    .strictObject({
      after: duration.describe('when nobody has decided for so long ...'),
      role: z.string().min(1).optional().describe('... whoever has this role may answer too ...'),
      group: z
        .string()
        .min(1)
        .optional()
        .describe('... or whoever is in this group (both: and) ...'),
      channel: z.string().optional().describe('... and the card is shown in this channel too'),
    })
    .refine(({ role, group, channel }) => [role, group, channel].some((to) => to !== undefined), {
      error: 'expected a role, a group or a channel',
    })
    .optional()
    .describe('whom else a request goes to'),
  breakGlass: z
    .strictObject({
      role: z.string().min(1).optional().describe('whoever has this role may ...'),
      group: z.string().min(1).optional().describe('... or is in this group (both: and)'),
      review: duration.prefault('3d').describe('others have to review it within this time'),
    })
    .refine(({ role, group }) => role !== undefined || group !== undefined, {
      error: 'expected a role, a group or both',
    })
    .optional()
    .describe('who may approve alone and at once in an emergency; nobody unless said'),
  freeze: z
    .array(periodSettings)
    .max(100)
    .optional()
    .describe('nothing that is approved moves in these times, but afterwards; answers count'),
  quietHours: z
    .array(periodSettings)
    .max(100)
    .optional()
    .describe('nobody is reminded in these times'),
  channel: z
    .string()
    .optional()
    .describe('the channel of chat where a card shows the request; none unless said'),
})
/** What holds for the gate of every model, beside what a model says. */
export const gateSettings = z
  .strictObject({
    freeze: periods.describe('as approval.freeze, for every model'),
    quietHours: periods.describe('as approval.quietHours, for every model'),
  })
  .prefault({})
  .describe('what holds for releases of every model')
export type ApprovalSettings = z.infer<typeof approvalSettings>

/** Who must approve, in its long form. */
export const quorumOf = ({
  quorum,
  role,
  required,
}: Pick<ApprovalSettings, 'quorum' | 'role' | 'required'>): readonly Place[] =>
  quorum ?? [{ role, count: required }]

/** What a schema cannot say. Paths are relative to the model. */
export function checkApproval(approval: ApprovalSettings | undefined, raw: unknown): Finding[] {
  if (approval === undefined || typeof raw !== 'object' || raw === null) return []
  const { quorum, escalation, expiry } = approval
  const twice = quorum === undefined ? [] : ['required', 'role'].filter((key) => key in raw)
  return [
    ...twice.map((key) => ({
      path: ['approval', key],
      message: `approval.quorum already says who must approve`,
      help: `take approval.${key} out, or approval.quorum`,
    })),
    ...doubled(quorum ?? []).map((index) => ({
      path: ['approval', 'quorum', index],
      message: 'the same people are asked for above',
      help: 'add up their counts',
    })),
    ...(escalation === undefined || escalation.after < expiry
      ? []
      : [
          {
            path: ['approval', 'escalation', 'after'],
            message: 'a request expires before it is escalated',
            help: 'make approval.escalation.after shorter than approval.expiry',
          },
        ]),
  ]
}

const doubled = (places: readonly Place[]): number[] =>
  places.flatMap(({ role, group }, index) =>
    places.slice(0, index).some((place) => place.role === role && place.group === group)
      ? [index]
      : [],
  )
