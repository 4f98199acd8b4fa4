import { z } from 'zod'
import { periodSettings } from './calendar.ts'
import type { ModelSettings, Settings } from './config.ts'
import { placeSettings, standInsSchema } from './gate-policy.ts'

/**
 * Everything of a configuration that the gate of a model judges by: what is shown of it to people, and what else lets
 * more or fewer of them count. Where a request appears and when people are reminded is no part of it. Durations in
 * milliseconds.
 */
export const gateRules = z.object({
  critical: z.boolean(),
  owners: z.array(z.string()),
  approval: z.object({
    required: z.number().int(),
    role: z.string(),
    quorum: z.array(placeSettings).optional(),
    ownersMayApprove: z.boolean().optional(),
    expiry: z.number(),
    /** Absent: it ends. */
    onExpiry: z.literal('ask-again').optional(),
    /** Absent: nobody else is ever asked. */
    escalation: standInsSchema.optional(),
    breakGlass: z
      .object({ role: z.string().optional(), group: z.string().optional(), review: z.number() })
      .optional(),
  }),
  /** Of the model and of every model. */
  freeze: z.array(periodSettings),
  /** Accounts of people who have more than one. */
  people: z.record(z.string(), z.array(z.string())),
})
export type GateRules = z.infer<typeof gateRules>

/** What a configuration says of the gate of one of its models. */
export function rulesOf(
  { gate, people }: Pick<Settings, 'gate' | 'people'>,
  { critical, owners, approval }: Pick<ModelSettings, 'critical' | 'owners' | 'approval'>,
): GateRules {
  const { required, role, quorum, ownersMayApprove, expiry, escalation, breakGlass } = approval
  const { onExpiry } = approval
  // A channel alone asks nobody else.
  const asks = escalation?.role !== undefined || escalation?.group !== undefined
  return {
    critical,
    owners,
    approval: {
      ...{ required, role, expiry },
      ...(onExpiry === 'ask-again' && { onExpiry }),
      ...(quorum && { quorum }),
      ...(ownersMayApprove !== undefined && { ownersMayApprove }),
      ...(escalation && asks && { escalation: standInsSchema.parse(escalation) }),
      ...(breakGlass && { breakGlass }),
    },
    freeze: [...gate.freeze, ...(approval.freeze ?? [])],
    people,
  }
}

/** What the approval of a model protects: where its versions take the traffic, whatever the model is called here. */
export const placeOfModel = (
  name: string,
  { registry }: { registry: Omit<ModelSettings['registry'], 'challenger'> },
): string => `${registry.name ?? name}@${registry.alias}`
