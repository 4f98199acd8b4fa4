import { setTimeout as sleep } from 'node:timers/promises'
import { transaction } from '../../../adapters/postgres/pool.ts'
import { findReview } from '../../../adapters/postgres/reviews.ts'
import { findSteward } from '../../../adapters/postgres/stewards.ts'
import { workflowId, workflowNames } from '../../../contracts/messages.ts'
import type { RepairedCards } from '../../../contracts/reconcile.ts'
import type { Mishap } from '../../support/slack-server.ts'
import { eventually, persist, roundMs } from '../persist.ts'
import type { GateHouse } from './house.ts'
import { applySettings, modelOf, openGate } from './open-gate.ts'
import type { Scenario } from './scenario.ts'
import { slackCards } from './slack-cards.ts'
import { Stage } from './stage.ts'

export interface GateRoundInput {
  readonly house: GateHouse
  readonly scenario: Scenario
  /** From 1; names the model. */
  readonly number: number
  /** Nobody answers before the card asks: what is decided sooner has none. */
  readonly cardFirst: boolean
}

/** What the chat does wrong besides, a round after the other. */
const mishaps: readonly Mishap[][] = [
  [],
  ['answer lost'],
  ['broken', 'request lost'],
  [],
  ['request lost', 'answer lost'],
]

/** One release of a model of its own, from its request until the record, the target, the chat and the steward agree. */
export async function gateRound(input: GateRoundInput): Promise<string[]> {
  const { house, scenario, number, cardFirst } = input
  const { db, environment, chat } = house
  const { client, prefix } = environment
  const model = modelOf(number)
  const faults: string[] = []
  const { required, expiry, matrix: inMatrix = false } = scenario
  const asked = {
    ...(required && { required }),
    ...(expiry && { expiry }),
    ...(scenario.approval && { approval: scenario.approval(Date.now()) }),
  }
  const apply = ({ role }: { role: string }) =>
    applySettings(house, { ...asked, models: [model], role, matrix: inMatrix })
  const stage = new Stage({ house, model, inMatrix, apply, fault: (what) => faults.push(what) })
  house.matrix?.target(house.gateways[number % house.gateways.length]!.url)
  const { release } = stage
  chat.mishaps.splice(0, Number.POSITIVE_INFINITY, ...(mishaps[number % mishaps.length] ?? []))

  await apply({ role: 'approver' })
  const { id } = await openGate(house, { number, requestedBy: [stage.person('asker').subject] })
  if (cardFirst) await stage.cardShown()
  await scenario.play(stage)
  await persist(() => client.workflow.getHandle(id).result())
  await stage.click(stage.person('late'), 'approve')
  if ((await persist(() => findReview(db, release))) !== null) {
    await persist(() => client.workflow.getHandle(workflowId.review(prefix, release)).result())
  }
  await stage.chat.pressesAnswered()
  await eventually(async () => {
    const { seen = [] } = (await findSteward(db, model)) ?? {}
    return seen.some((event) => event.startsWith(`release/${release}/`))
  })
  await repairCards(house, number)
  await persist(() => tellWhatWasSeen(house, stage))
  const steward = client.workflow.getHandle(workflowId.steward(prefix, model))
  await persist(() => steward.terminate('the round is over'))
  return faults
}

/** Rounds of repair until one leaves nothing to do; a round may be struck, too. */
async function repairCards({ environment }: GateHouse, number: number): Promise<void> {
  const { client, prefix } = environment
  for (let attempt = 0; attempt * 200 < roundMs; attempt++) {
    const repaired = client.workflow.execute(workflowNames.reconcile, {
      workflowId: `${workflowId.reconcile(prefix)}/${number}-${attempt}`,
      ...{ taskQueue: `${prefix}orchestration`, args: [{ prefix }], workflowTaskTimeout: '4s' },
    }) as Promise<RepairedCards>
    const done = await repaired.then(
      ({ failed }) => failed.length === 0,
      () => false,
    )
    if (done) return
    await sleep(200)
  }
  throw new Error('cards could not be repaired')
}

/** Put beside the record, where a script can hold one against the other. */
async function tellWhatWasSeen({ db, chat, matrix }: GateHouse, stage: Stage): Promise<void> {
  const { release, seen } = stage
  const answers = seen.map(({ via, person, answer, jti, outcome }) => ({
    ...{ release, via, person, answer, jti, outcome: outcome?.outcome ?? null },
    ...{ decided_by: outcome?.by ?? null, decided_at: outcome?.at ?? null },
  }))
  const tables = {
    seen_answers: answers,
    seen_people: stage.people.map(({ subject: person, roles }) => ({ release, person, roles })),
    seen_waits: stage.waits.map((kind) => ({ release, kind })),
    seen_judgements: [...stage.judged].map(([event, told]) => ({ release, event, ...told })),
    seen_cards: [...slackCards(chat), ...((await matrix?.cards()) ?? [])],
    seen_told: [...chat.threads].flatMap(([ts, said]) => said.map((text) => ({ ts, text }))),
  }
  await transaction(db, async (one) => {
    for (const [table, rows] of Object.entries(tables)) {
      const own = ['seen_cards', 'seen_told'].includes(table) ? '' : ' where release = $1'
      await one.query(`delete from ${table}${own}`, own ? [release] : [])
      await one.query(
        `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1)`,
        [JSON.stringify(rows)],
      )
    }
  })
}
