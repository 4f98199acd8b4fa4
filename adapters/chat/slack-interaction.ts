import { z } from 'zod'

const person = z.object({
  id: z.string(),
  name: z.string().default(''),
  username: z.string().optional(),
  team_id: z.string().optional(),
})

const common = {
  api_app_id: z.string(),
  /** Null where an app is installed for a whole enterprise. */
  team: z.object({ id: z.string() }).nullish(),
  enterprise: z.object({ id: z.string() }).nullish(),
  user: person,
}

/** What Slack sends when something is pressed. @see https://docs.slack.dev/reference/interaction-payloads */
const pressed = z.object({
  type: z.literal('block_actions'),
  ...common,
  trigger_id: z.string().default(''),
  channel: z.object({ id: z.string() }).nullish(),
  message: z.object({ ts: z.string() }).nullish(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().default('') })).min(1),
})
export type SlackPressed = z.infer<typeof pressed>

const submitted = z.object({
  type: z.literal('view_submission'),
  ...common,
  view: z.object({
    callback_id: z.string().default(''),
    private_metadata: z.string().default(''),
    state: z.object({
      values: z.record(
        z.string(),
        z.record(z.string(), z.object({ value: z.string().nullish() }).loose()),
      ),
    }),
  }),
})
export type SlackSubmitted = z.infer<typeof submitted>

const other = z.object({ type: z.string() }).transform(() => ({ type: 'other' as const }))

/** Everything else that Slack may send is nothing to us. */
export const slackInteraction = z.union([pressed, submitted, other])
export type SlackInteraction = z.infer<typeof slackInteraction>
