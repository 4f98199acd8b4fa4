import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { unsentPolicies } from '../adapters/postgres/asked-policies.ts'
import { cardsBehind } from '../adapters/postgres/cards.ts'
import { currentConfigTime } from '../adapters/postgres/config-versions.ts'
import { openNotices } from '../adapters/postgres/notices.ts'
import { listReleases } from '../adapters/postgres/releases.ts'
import { type Environment, lookAgain, tellSteward } from '../adapters/temporal/messages.ts'
import { scheduleTrouble } from '../adapters/temporal/schedule-trouble.ts'
import type { ModelSettings, Settings } from '../contracts/config.ts'
import type { Notice, NoticeCause } from '../contracts/notice.ts'
import type { FoundTrouble, ToldTrouble } from '../contracts/reconcile.ts'
import { instant } from '../reports/numbers.ts'
import { readinessTrouble } from './delivery-trouble.ts'
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

/** An apply stores the configuration before it makes the schedules: for so long they may differ. */
const applyMs = 60_000

/** Of each cause what was found; absent: nothing can be said now, so what was told stands. */
type Found = Readonly<Partial<Record<HouseCause, Omit<FoundTrouble, 'model' | 'cause'>>>>
const houseCauses = [
  'SCAN_FAILING',
  'SCHEDULE_STOPPED',
  'SCHEDULE_EDITED',
  'CARD_BEHIND',
  'GUARD_FLOOD',
  'TRAFFIC_MOVED',
  'ROLLBACK_MISSING',
  'WORK_STOPPED',
  'DELIVERY_NOT_READY',
] as const
type HouseCause = Extract<NoticeCause, (typeof houseCauses)[number]>
/** Of a model that was taken out of the configuration nothing is expected any more. */
const none: Found = Object.fromEntries(houseCauses.map((cause) => [cause, { trouble: null }]))

/** What of our own does not work, on the queue `orchestration`; told to the stewards, which tell the owners. */
export const troubleActivities = (deps: TroubleDeps) => ({
  /**
   * Tells what has changed since it was told last: a notice that says the same already is left alone. `outside`: what
   * others have found in this round.
   */
  async lookForTrouble(input: {
    prefix: string
    outside?: readonly FoundTrouble[]
  }): Promise<ToldTrouble[]> {
    const { prefix, outside = [] } = input
    const { models } = await deps.settings()
    await askForPolicies(deps, prefix)
    const open = await openNotices(deps.db)
    const behind = await cardsBehind(deps.db, new Date(deps.clock() - cardPatienceMs))
    const told: ToldTrouble[] = []
    for (const model of new Set([...Object.keys(models), ...open.map((each) => each.model)])) {
      const settings = Object.hasOwn(models, model) ? models[model] : undefined
      const found: Found =
        settings === undefined
          ? none
          : {
              ...(await troubleOf(deps, prefix, { model, settings, behind, open })),
              ...foundOf(model, outside),
            }
      for (const cause of houseCauses) {
        const known = open.find((each) => each.model === model && each.cause === cause)
        const now = found[cause]
        if (now === undefined || now.trouble === (known?.headline ?? null)) continue
        const message = { eventId: `trouble/${cause}/${randomUUID()}`, cause, ...now }
        await tellSteward({ client: deps.client, prefix }, model, 'trouble-seen', message)
        told.push({ model, cause, trouble: now.trouble })
      }
      if (found.TRAFFIC_MOVED?.trouble) await askToLookAgain(deps, prefix, model)
    }
    return told
  },
})

const foundOf = (model: string, outside: readonly FoundTrouble[]): Found =>
  Object.fromEntries(
    outside
      .filter((each) => each.model === model)
      .map(({ model: _, cause, ...found }) => [cause, found]),
  )

/** What they were opened on is not so any more; one that was told before and still waits was opened since. */
async function askToLookAgain(
  { db, client }: Pick<TroubleDeps, 'db' | 'client'>,
  prefix: string,
  model: string,
): Promise<void> {
  for (const { release } of await listReleases(db, { model, state: 'waiting' })) {
    await lookAgain({ client, prefix }, release)
  }
}

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
  of: {
    readonly model: string
    readonly settings: ModelSettings
    readonly behind: Awaited<ReturnType<typeof cardsBehind>>
    readonly open: readonly Notice[]
  },
): Promise<Found> {
  const { model, settings, behind, open } = of
  const environment = { client: deps.client, prefix }
  const { stopped, failing, edited } = await scheduleTrouble(environment, model, settings)
  const appliedAt = await currentConfigTime(deps.db)
  const applying = appliedAt !== null && deps.clock() - appliedAt.getTime() < applyMs
  const sentences = behind
    .filter((each) => each.model === model)
    .map(
      ({ channel, since, problem }) =>
        `${channel} has not shown what it should since ${instant(since.toISOString())}: ${problem ?? 'no such channel is configured any more'}`,
    )
  return {
    SCHEDULE_STOPPED: { trouble: stopped },
    SCAN_FAILING: { trouble: failing },
    ...(!applying && { SCHEDULE_EDITED: { trouble: edited } }),
    CARD_BEHIND: { trouble: sentences.length === 0 ? null : sentences.join('; ') },
    GUARD_FLOOD: { trouble: await floodTrouble(deps, model, settings.guard, open) },
    DELIVERY_NOT_READY: { trouble: await readinessTrouble(deps, model, settings.drill) },
  }
}
