import { z } from 'zod'
import type { ChatAnswer } from '../../contracts/chat-answer.ts'
import type { TeamsSettings } from '../../contracts/chat-settings.ts'
import { isChatVerb, verbLooks } from '../../contracts/chat-verbs.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { parsedJson } from '../../contracts/parsed-json.ts'
import { readButton } from './button-value.ts'
import { type ChatAnswers, type Heard, headerOf } from './chat-answers.ts'
import type { ReadSecret } from './chat-channel.ts'
import { teamsButtonKey } from './teams.ts'
import { teamsClient } from './teams-client.ts'
import { mustBeFromTeams } from './teams-token.ts'

const activitySchema = z.object({
  type: z.string(),
  name: z.string().default(''),
  id: z.string(),
  channelId: z.string(),
  serviceUrl: z.string(),
  from: z.object({
    id: z.string(),
    aadObjectId: z.string().default(''),
    name: z.string().default(''),
  }),
  conversation: z.object({ tenantId: z.string().optional() }).loose(),
  channelData: z.object({ tenant: z.object({ id: z.string() }).optional() }).optional(),
  value: z
    .object({
      action: z.object({
        verb: z.string().default(''),
        data: z.object({ value: z.string().default(''), reason: z.string().default('') }),
      }),
    })
    .optional()
    .catch(undefined),
})
const made = z.object({ id: z.string() })

/** What a person sees in answer to an Action.Execute. */
const message = (value: string) => ({
  statusCode: 200,
  type: 'application/vnd.microsoft.activity.message',
  value,
})

/**
 * What people press on cards in Teams, brought by the Bot Connector.
 * @see https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards
 */
export function teamsAnswers(
  name: string,
  settings: TeamsSettings,
  readSecret: ReadSecret,
  environment: string,
): ChatAnswers | null {
  if (!settings.answers) return null
  const { app, tenant, openid } = settings
  const client = teamsClient(name, settings, readSecret)
  const invalid = (reason: string, cause?: unknown) =>
    new DriftgateError('CHAT_DELIVERY_INVALID', { channel: name, reason }, { cause })

  return {
    kind: 'teams',
    // An answer that takes longer than it waits for is asked for again.
    redelivers: true,
    async read(delivery): Promise<Heard> {
      const parsed = activitySchema.safeParse(parsedJson(delivery.body.toString('utf8')))
      const serviceUrl = parsed.data?.serviceUrl ?? ''
      const authorization = headerOf(delivery, 'authorization')
      await mustBeFromTeams(
        name,
        { app, openid },
        { authorization, serviceUrl, atMs: delivery.atMs },
      )
      if (!parsed.success) throw invalid('it is no activity', parsed.error)
      const said = parsed.data
      const home = said.channelData?.tenant?.id ?? said.conversation.tenantId ?? ''
      if (home !== tenant || said.channelId !== 'msteams') {
        const details = { channel: name, what: 'tenant', given: home }
        throw new DriftgateError('CHAT_WORKSPACE_FOREIGN', details)
      }
      const nothing = { deliveryId: said.id, answers: [], acknowledgement: {} }
      const action = said.value?.action
      if (said.type !== 'invoke' || said.name !== 'adaptiveCard/action' || !action) return nothing
      const { verb, data } = action
      if (!isChatVerb(verb)) return nothing
      const key = teamsButtonKey(name, settings, readSecret, environment)
      const button = readButton(key, verb, data.value)
      if (button === null || said.from.aadObjectId === '') {
        const why =
          'Nothing was decided: this button is not one of ours, or from before the app got a new secret.'
        return { ...nothing, acknowledgement: message(why) }
      }
      const reason = data.reason.trim().slice(0, 2_000)
      if (reason === '' && verbLooks[verb].reason !== null) {
        const why = 'Nothing was decided: a reason is needed; it is kept for good.'
        return { ...nothing, acknowledgement: message(why) }
      }
      const { id: user, aadObjectId, name: called } = said.from
      const answer: ChatAnswer = {
        ...{ channel: name, verb, reason, deliveryId: said.id, place: { user } },
        ...{ subject: button.subject, digest: button.digest },
        account: { kind: 'teams', workspace: tenant, user: aadObjectId, name: called },
        at: new Date(delivery.atMs).toISOString(),
      }
      return {
        ...{ deliveryId: said.id, answers: [answer] },
        acknowledgement: message('Received; you are told what it came to.'),
      }
    },
    async tell({ place }, { text, link }) {
      const direct = await client.ask('POST', '', made, {
        ...{ isGroup: false, bot: { id: `28:${app}` }, members: [{ id: place['user'] ?? '' }] },
        ...{ tenantId: tenant, channelData: { tenant: { id: tenant } } },
      })
      const said = link ? `${text}\n${link.title}: ${link.url}` : text
      const path = `/${encodeURIComponent(direct?.id ?? '')}/activities`
      await client.ask('POST', path, z.unknown(), {
        type: 'message',
        text: said,
        textFormat: 'plain',
      })
    },
  }
}
