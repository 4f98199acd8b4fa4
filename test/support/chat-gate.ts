import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openGroups } from '../../adapters/groups/index.ts'
import { linkAccount } from '../../adapters/postgres/chat-accounts.ts'
import type { ChannelSettings } from '../../contracts/chat-settings.ts'
import { until } from './gate-world.ts'
import { type GatewayWorld, gatewayWorld } from './gateway-world.ts'
import { type SlackPerson, slackHome, slackPeople } from './slack-people.ts'
import { type SlackServer, slackAppToken, slackServer } from './slack-server.ts'

/** People of the chat; their accounts are linked to the ready-made people of the same name unless said. */
export const olga: SlackPerson = { id: 'U0OLGA', name: 'olga' }
export const pavel: SlackPerson = { id: 'U0PAVEL', name: 'pavel' }
export const vera: SlackPerson = { id: 'U0VERA', name: 'vera' }
export const stranger: SlackPerson = { id: 'U0STRANGER', name: 'stranger' }

const people = [
  { account: olga, subject: 'approver', name: 'Approver', roles: ['viewer', 'approver'] },
  {
    account: pavel,
    subject: 'other-approver',
    name: 'Other Approver',
    roles: ['viewer', 'approver'],
  },
  { account: vera, subject: 'viewer', name: 'Viewer', roles: ['viewer'] },
]

type Options = NonNullable<Parameters<typeof gatewayWorld>[0]>

export interface ChatGate {
  readonly slack: SlackServer
  readonly world: GatewayWorld
  readonly people: ReturnType<typeof slackPeople>
  /** What went wrong with answers, for a test that expects it. */
  readonly problems: unknown[]
  /** Writes who may what, as the group source has it from then on; null: it cannot be asked. */
  rights(of: Readonly<Record<string, readonly string[]>> | null): void
  /** Until the newest card says so. */
  shows(pattern: RegExp): Promise<void>
  /** Until this person was told so. */
  told(person: SlackPerson, pattern: RegExp): Promise<void>
  close(): Promise<void>
}

/** The release `m/1` on a card in Slack, with buttons, and people who press them; rights come from a file. */
export async function chatGate(
  options: Options & { groupless?: boolean; mode?: 'http' | 'socket' } = {},
): Promise<ChatGate> {
  await using parts = new AsyncDisposableStack()
  const slack = parts.adopt(await slackServer(), (server) => server.close())
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-rights-'))
  parts.defer(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'people.json')
  const rights: ChatGate['rights'] = (of) => {
    if (of === null) return rmSync(file)
    const all = Object.entries(of).map(([subject, roles]) => [subject, { roles }])
    writeFileSync(file, JSON.stringify(Object.fromEntries(all)))
  }
  rights(Object.fromEntries(people.map(({ subject, roles }) => [subject, roles])))
  process.env['TEST_SLACK_TOKEN'] = slack.token
  process.env['TEST_SLACK_SIGNING'] = slackHome.signingSecret
  process.env['TEST_SLACK_APP_TOKEN'] = slackAppToken
  const home = { workspace: slackHome.workspace, app: slackHome.app }
  const channel: ChannelSettings = {
    ...{ kind: 'slack', channel: slack.channel, api: slack.api },
    token: { env: 'TEST_SLACK_TOKEN' },
    answers:
      options.mode === 'socket'
        ? { mode: 'socket', ...home, appToken: { env: 'TEST_SLACK_APP_TOKEN' } }
        : { mode: 'http', ...home, signingSecret: { env: 'TEST_SLACK_SIGNING' } },
  }
  const problems: unknown[] = []
  const groups = options.groupless ? null : openGroups({ kind: 'file', file, roles: {} }, () => '')
  const world = parts.adopt(
    await gatewayWorld({
      channel,
      ...(groups && { groups }),
      onChatProblem: (error) => void problems.push(error),
      ...options,
    }),
    (opened) => opened.close(),
  )
  for (const { account, subject, name } of people) {
    const who = {
      kind: 'slack',
      workspace: slackHome.workspace,
      user: account.id,
      name: account.name,
    }
    await linkAccount(world.gate.db, who, { subject, name }, new Date())
  }
  if (options.workerless) await world.gate.start()
  else await world.gate.open()
  const texts = () => [...slack.messages.values()].map(({ text }) => text)
  const shows = (pattern: RegExp) =>
    until(async () => pattern.test(texts().at(-1) ?? ''), 30_000).catch((cause) => {
      throw new Error(`no card says ${pattern}: ${texts().join('; ')}`, { cause })
    })
  if (!options.workerless) await shows(/waiting for approval/)
  const url = options.mode === 'socket' ? null : `${world.url}/chat/slack/team`
  const pressing = slackPeople(slack, url)
  const opened = parts.move()
  return {
    ...{ slack, world, people: pressing, problems, rights, shows },
    told: (person, pattern) =>
      until(async () => pressing.told(person).some((text) => pattern.test(text)), 30_000).catch(
        (cause) => {
          const said = JSON.stringify(pressing.told(person))
          throw new Error(`${person.name} was not told ${pattern} but ${said}`, { cause })
        },
      ),
    close: () => opened.disposeAsync(),
  }
}
