import { z } from 'zod'

/**
 * What Flagger sends with its webhooks; `metadata` is the webhook's own, written into the Canary.
 * @see https://docs.flagger.app/usage/webhooks
 */
export const flaggerPayload = z.looseObject({
  /** Name and namespace of the Canary. */
  name: z.string().max(253),
  namespace: z.string().max(253),
  phase: z.string().max(40).default(''),
  /** Of what is deployed; absent: of an older Flagger. */
  checksum: z.string().max(100).optional(),
  metadata: z
    .looseObject({
      /** A model of the applied configuration. */
      model: z.string().max(253).optional(),
      /** The version that is deployed, or the release that it is approved by, `<model>/<n>`; or both. */
      version: z.string().max(253).optional(),
      release: z.string().max(270).optional(),
      /** gateway.controllerToken, since Flagger sends no headers of one's own. */
      token: z.string().max(1_000).optional(),
    })
    .nullish()
    .transform((metadata) => metadata ?? {}),
})
export type FlaggerPayload = z.infer<typeof flaggerPayload>

/** Whenever the hook is to be taken: everything else is answered with a problem. */
export const flaggerAnswer = z.object({
  schema: z.literal('driftgate-flagger/1'),
  /** Absent: an event, which is only noted. */
  release: z.string().optional(),
  version: z.string().optional(),
  sentence: z.string(),
})
export type FlaggerAnswer = z.infer<typeof flaggerAnswer>
