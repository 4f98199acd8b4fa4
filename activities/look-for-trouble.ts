import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { unsentPolicies } from '../adapters/postgres/asked-policies.ts'
import { cardsBehind } from '../adapters/postgres/cards.ts'
import { openNotices } from '../adapters/postgres/notices.ts'
import { type Environment, tellSteward } from '../adapters/temporal/messages.ts'
import { scheduleTrouble } from '../adapters/temporal/schedule-trouble.ts'
import type { Settings } from '../contracts/config.ts'
import type { ToldTrouble } from '../contracts/messages.ts'
import type { NoticeCause } from '../contracts/notice.ts'
import { instant } from '../reports/numbers.ts'
import { floodTrouble } from './guard-flood.ts'

export interface TroubleDeps {
  readonly db: pg.Pool
  readonly client: Environment['client']
  /** The configuration in force. */
  readonly settings: () => Promise<Settings>
  readonly clock: () => number
}

/** A chat that is full or down for a moment shows what it missed by itself. */
const cardPatienceMs = 10 * 60_000

type Trouble = Readonly<Record<HouseCause, string | null>>
const houseCauses = ['SCAN_FAILING', 'SCHEDULE_STOPPED', 'CARD_BEHIND', 'GUARD_FLOOD'] as const
type HouseCause = Extract<NoticeCause, (typeof houseCauses)[number]>
const none: Trouble = {
  ...{ SCAN_FAILING: null, SCHEDULE_STOPPED: null, CARD_BEHIND: null, GUARD_FLOOD: null },
}

/** What of our own does not work, on the queue `orchestration`; told to the stewards, which tell the owners. */
export const troubleActivities = (deps: TroubleDeps) => ({
  /** Tells what has changed since it was told last: a notice that says the same already is left alone. */
  async lookForTrouble({ prefix }: { prefix: string }): Promise<ToldTrouble[]> {
    const { models } = await deps.settings()
    await askForPolicies(deps, prefix)
    const open = await openNotices(deps.db)
    const behind = await cardsBehind(deps.db, new Date(deps.clock() - cardPatienceMs))
    const told: ToldTrouble[] = []
    // Of a model that was taken out of the configuration nothing is expected any more.
    for (const model of new Set([...Object.keys(models), ...open.map((each) => each.model)])) {
      const found = Object.hasOwn(models, model)
        ? {
            ...(await troubleOf(deps, prefix, model, behind)),
            GUARD_FLOOD: await floodTrouble(deps, model, models[model]?.guard, open),
          }
        : none
      for (const cause of houseCauses) {
        const known = open.find((each) => each.model === model && each.cause === cause)
        const trouble = found[cause]
        if (trouble === (known?.headline ?? null)) continue
        const message = { eventId: `trouble/${cause}/${randomUUID()}`, cause, trouble }
        await tellSteward({ client: deps.client, prefix }, model, 'trouble-seen', message)
        told.push({ model, cause, trouble })
      }
    }
    return told
  },
})

/** A looser policy that was applied and whose steward could not be told then. */
async function askForPolicies(
  { db, client }: Pick<TroubleDeps, 'db' | 'client'>,
  prefix: string,
): Promise<void> {
  for (const { model, runKey, person, asked } of await unsentPolicies(db)) {
    const message = { runKey, person, configVersion: asked.configVersion }
    const eventId = `policy/${model}/${runKey}`
    await tellSteward({ client, prefix }, model, 'policy-requested', { eventId, ...message })
  }
}

async function troubleOf(
  deps: TroubleDeps,
  prefix: string,
  model: string,
  behind: Awaited<ReturnType<typeof cardsBehind>>,
): Promise<Omit<Trouble, 'GUARD_FLOOD'>> {
  const { stopped, failing } = await scheduleTrouble({ client: deps.client, prefix }, model)
  const cards = behind.filter((each) => each.model === model)
  const sentences = cards.map(
    ({ channel, since, problem }) =>
      `${channel} has not shown what it should since ${instant(since.toISOString())}: ${problem ?? 'no such channel is configured any more'}`,
  )
  return {
    SCHEDULE_STOPPED: stopped,
    SCAN_FAILING: failing,
    CARD_BEHIND: sentences.length === 0 ? null : sentences.join('; '),
  }
}
