import { z } from 'zod'
import { secret } from './secret.ts'

const home = {
  workspace: z
    .string()
    .regex(/^[TE][A-Z0-9]+$/, 'expected the id of a workspace or enterprise, such as T0123456789')
    .describe(
      'id of the workspace (T...) or enterprise (E...); what comes from another is refused',
    ),
  app: z
    .string()
    .regex(/^A[A-Z0-9]+$/, 'expected the id of an app, such as A0123456789')
    .optional()
    .describe('id of the app; what comes from another is refused'),
}

/** How what people press comes back. */
const slackAnswers = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z
      .literal('socket')
      .describe('over a connection that the gateway opens: no public address'),
    appToken: secret.describe('app-level token (xapp-...) with connections:write'),
    ...home,
  }),
  z.strictObject({
    mode: z.literal('http').describe('requests to URL/chat/slack/NAME'),
    signingSecret: secret.describe('signing secret of the app, read for every request'),
    ...home,
  }),
])

const slackSettings = z.strictObject({
  kind: z.literal('slack').describe('a Slack app'),
  channel: z
    .string()
    .regex(/^[CG][A-Z0-9]+$/, 'expected the id of a channel, such as C0123456789')
    .describe('id of the channel where cards appear; the app has to be a member'),
  token: secret.describe('bot token (xoxb-...), read for every request'),
  answers: slackAnswers
    .optional()
    .describe(
      'buttons on the cards, and how what is pressed comes back; without it there are none',
    ),
  api: z.url().default('https://slack.com/api/').describe('root of the Web API'),
})
export type SlackSettings = z.infer<typeof slackSettings>

const webhookSettings = z.strictObject({
  kind: z.literal('webhook').describe('every change is sent to an address, signed'),
  url: z.url().describe('where every change of a card is sent'),
  secret: secret.describe('signs what is sent: whsec_ and 24 to 64 bytes in base64'),
})
export type WebhookSettings = z.infer<typeof webhookSettings>

const matrixSettings = z.strictObject({
  kind: z.literal('matrix').describe('a room on a Matrix server'),
  homeserver: z.url().describe('root of the server, as bots reach it'),
  room: z
    .string()
    .regex(/^![^\s]+$/, 'expected the id of a room, which begins with !')
    .describe('id of the room where cards appear, not encrypted; the bot has to be a member'),
  token: secret.describe('as_token of the application service, read for every request'),
  pushToken: secret
    .optional()
    .describe('its hs_token, which the server shows with what people say; without it no answers'),
  links: z
    .url()
    .default('https://matrix.to/#/')
    .describe('put before room and message, for people to follow'),
})
export type MatrixSettings = z.infer<typeof matrixSettings>

const mattermostSettings = z.strictObject({
  kind: z.literal('mattermost').describe('a channel of a Mattermost server'),
  url: z.url().describe('root of the server'),
  channel: z
    .string()
    .regex(/^[a-z0-9]{26}$/, 'expected the id of a channel: 26 letters and digits')
    .describe('id of the channel where cards appear; the bot has to be a member'),
  token: secret.describe("the bot's access token, read for every request"),
  answers: z
    .strictObject({
      url: z.url().describe('root of the gateway as the server reaches it'),
      secret: secret.describe(
        'makes buttons that nobody else can make: at least 32 random characters',
      ),
    })
    .optional()
    .describe('buttons on the cards; without it there are none'),
})
export type MattermostSettings = z.infer<typeof mattermostSettings>

const teamsSettings = z.strictObject({
  kind: z.literal('teams').describe('a channel of Microsoft Teams'),
  app: z.guid().describe('id of the app of the bot'),
  tenant: z.guid().describe('id of the tenant; what comes from another is refused'),
  secret: secret.describe('client secret of the app, read for every request'),
  channel: z
    .string()
    .regex(/^19:\S+$/, 'expected the id of a channel, which begins with 19:')
    .describe('id of the channel where cards appear; the app is installed in its team'),
  answers: z
    .boolean()
    .default(false)
    .describe('buttons on the cards: the bot sends what is pressed to URL/chat/teams/NAME'),
  service: z
    .url()
    .default('https://smba.trafficmanager.net/teams/')
    .describe('root of the Bot Connector'),
  login: z.url().default('https://login.microsoftonline.com').describe('where tokens come from'),
  openid: z
    .url()
    .default('https://login.botframework.com/v1/.well-known/openidconfiguration')
    .describe('where the keys of the Bot Connector are named'),
})
export type TeamsSettings = z.infer<typeof teamsSettings>

const emailSettings = z.strictObject({
  kind: z.literal('email').describe('mails with a link to the page'),
  host: z.string().min(1).describe('of the SMTP server'),
  port: z.number().int().min(1).max(65_535).default(587).describe('where it listens'),
  tls: z
    .enum(['starttls', 'always', 'never'])
    .default('starttls')
    .describe('starttls: after a greeting, and nothing is sent without it; always: from the start'),
  username: z.string().min(1).optional().describe('for a server that wants a sign-in'),
  password: secret.optional().describe('its password, read for every mail'),
  from: z
    .string()
    .regex(/^[^\r\n]+@[^\s@]+$/, 'expected an address')
    .describe('who sends them'),
  to: z.array(z.email()).min(1).describe('who gets them'),
})
export type EmailSettings = z.infer<typeof emailSettings>

/** Where cards appear. */
export const channelSettings = z.discriminatedUnion('kind', [
  slackSettings,
  webhookSettings,
  matrixSettings,
  mattermostSettings,
  teamsSettings,
  emailSettings,
])
export type ChannelSettings = z.infer<typeof channelSettings>
