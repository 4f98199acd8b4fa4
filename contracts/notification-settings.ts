import { z } from 'zod'
import { duration } from './duration.ts'

/** Where the owners of a model are told, and who is told next. */
export const notificationSettings = z.strictObject({
  channel: z
    .string()
    .optional()
    .describe(
      'the channel of chat where incidents and notices appear; approval.channel unless said',
    ),
  escalation: z
    .strictObject({
      channel: z.string().describe('the channel of chat that is told as well ...'),
      after: duration
        .prefault('4h')
        .describe('... of what is open and nobody has acknowledged for so long'),
    })
    .optional()
    .describe('unless said, nobody else is told'),
})
