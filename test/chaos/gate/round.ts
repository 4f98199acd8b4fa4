import { setTimeout as sleep } from 'node:timers/promises'
import { transaction } from '../../../adapters/postgres/pool.ts'
import { findSteward } from '../../../adapters/postgres/stewards.ts'
import { type RepairedCards, workflowId, workflowNames } from '../../../contracts/messages.ts'
import type { Mishap } from '../../support/slack-server.ts'
import { eventually, persist, roundMs } from '../persist.ts'
import type { GateHouse } from './house.ts'
import { applySettings, modelOf, openGate } from './open-gate.ts'
import type { Scenario } from './scenarios.ts'
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
  const apply = ({ role }: { role: string }) =>
    applySettings(house, { models: [model], role, ...scenario })
  const stage = new Stage({ house, model, apply, fault: (what) => faults.push(what) })
  const { release } = stage
  chat.mishaps.splice(0, Number.POSITIVE_INFINITY, ...(mishaps[number % mishaps.length] ?? []))

  await apply({ role: 'approver' })
  const { id } = await openGate(house, { number, requestedBy: [stage.person('asker').subject] })
  if (cardFirst) await stage.cardShown()
  await scenario.play(stage)
  await persist(() => client.workflow.getHandle(id).result())
  await stage.click(stage.person('late'), 'approve')
  await stage.pressesAnswered()
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
async function tellWhatWasSeen({ db, chat }: GateHouse, { release, seen }: Stage): Promise<void> {
  const answers = seen.map(({ via, person, answer, jti, outcome }) => ({
    ...{ release, via, person, answer, jti, outcome: outcome?.outcome ?? null },
    ...{ decided_by: outcome?.by ?? null, decided_at: outcome?.at ?? null },
  }))
  const cards = [...chat.messages.values()].map(({ ts, blocks, metadata }) => ({
    ...{ ts, headline: blocks[0].text.text },
    key: metadata?.event_payload['key'] ?? null,
    revision: metadata?.event_payload['revision'] ?? null,
  }))
  await transaction(db, async (one) => {
    await one.query('delete from seen_answers where release = $1', [release])
    await one.query('delete from seen_cards')
    await one.query(
      'insert into seen_answers select * from jsonb_populate_recordset(null::seen_answers, $1)',
      [JSON.stringify(answers)],
    )
    await one.query(
      'insert into seen_cards select * from jsonb_populate_recordset(null::seen_cards, $1)',
      [JSON.stringify(cards)],
    )
  })
}
