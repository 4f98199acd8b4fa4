import { z } from 'zod'
import { duration } from './duration.ts'
import { secret } from './secret.ts'

/** How often the delivery of one model is rehearsed, and how: section `drill` of a model. */
export const modelDrill = z.strictObject({
  every: duration
    .refine((ms) => ms >= 60_000, { error: 'a drill takes a minute' })
    .prefault('1d')
    .describe('a drill starts so often; with none for twice as long its owners are told'),
  channel: z
    .string()
    .optional()
    .describe('the channel of chat that is shown the card; without one nothing is proven of cards'),
  rows: z
    .number()
    .int()
    .min(100)
    .max(100_000)
    .default(5_000)
    .describe('labelled rows that are learned from and judged on: the newest'),
  timeout: duration.prefault('15m').describe('a training of a drill that runs longer is ended'),
  patience: duration
    .refine((ms) => ms >= 1_000, { error: 'a try takes a second' })
    .prefault('2m')
    .describe('a station that fails for the moment is tried again for so long'),
  name: z
    .string()
    .min(1)
    .optional()
    .describe(
      'of the registered model that takes its versions; registry.name and ".drill" unless said',
    ),
})
export type ModelDrill = z.infer<typeof modelDrill>

/** Who answers the requests of drills: section `drill`. */
export const drillSettings = z
  .strictObject({
    identity: z
      .strictObject({
        clientId: z
          .string()
          .min(1)
          .describe('a client of the identity provider with client credentials, for nothing else'),
        secret: secret.describe('its secret, for the workers'),
        subject: z
          .string()
          .min(1)
          .optional()
          .describe('the sub of its access tokens; clientId unless said'),
      })
      .describe('signs in as a service, and may answer drills only'),
  })
  .optional()
  .describe('who answers in drills; without it nothing is proven of answers')
export type DrillSettings = z.infer<typeof drillSettings>

/** The subject that answers drills and nothing else; null: there is none. */
export const drillSubject = (drill: DrillSettings): string | null =>
  drill === undefined ? null : (drill.identity.subject ?? drill.identity.clientId)

/** The registered model that takes the versions of drills, beside that of the model itself. */
export const drillName = (registered: string, drill: ModelDrill | undefined): string =>
  drill?.name ?? `${registered}.drill`
