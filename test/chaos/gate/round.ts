import { setTimeout as sleep } from 'node:timers/promises'
import { storeConfigVersion } from '../../../adapters/postgres/config-versions.ts'
import { transaction } from '../../../adapters/postgres/pool.ts'
import { findRelease, reserveNumber } from '../../../adapters/postgres/releases.ts'
import { findSteward } from '../../../adapters/postgres/stewards.ts'
import type { SettingsInput } from '../../../contracts/config.ts'
import {
  type ReleaseInput,
  type RepairedCards,
  workflowId,
  workflowNames,
} from '../../../contracts/messages.ts'
import { insertCandidate } from '../../support/candidate-row.ts'
import { settingsFor } from '../../support/gate-world.ts'
import { slackHome } from '../../support/slack-people.ts'
import type { Mishap } from '../../support/slack-server.ts'
import { eventually, persist, roundMs } from '../persist.ts'
import { chatSecrets, type GateHouse } from './house.ts'
import type { Scenario } from './scenarios.ts'
import { Stage } from './stage.ts'

export interface GateRoundInput {
  readonly house: GateHouse
  readonly scenario: Scenario
  /** From 1; names the model. */
  readonly number: number
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
export async function gateRound({ house, scenario, number }: GateRoundInput): Promise<string[]> {
  const { db, environment, chat } = house
  const { client, prefix } = environment
  const model = `m${number}`
  const faults: string[] = []
  const apply = ({ role }: { role: string }) => applySettings(house, model, scenario, role)
  const stage = new Stage({ house, model, apply, fault: (what) => faults.push(what) })
  const { release } = stage
  chat.mishaps.splice(0, Number.POSITIVE_INFINITY, ...(mishaps[number % mishaps.length] ?? []))

  await persist(() => apply({ role: 'approver' }))
  const runKey = number.toString(16).padStart(12, '0')
  await persist(async () => {
    await insertCandidate(db, runKey, '2', model)
    await transaction(db, (one) => reserveNumber(one, model, runKey))
    await db.query(`insert into outside_target values ($1, '1', 7) on conflict do nothing`, [model])
  })
  const input: ReleaseInput = {
    ...{ model, prefix, release, runKey, candidateVersion: '2', incident: null },
    requestedBy: ['rule:automatic', stage.person('asker').subject],
  }
  const id = workflowId.release(prefix, release)
  await persist(() =>
    client.workflow.start(workflowNames.release, {
      ...{ workflowId: id, taskQueue: `${prefix}orchestration`, args: [input] },
      workflowIdConflictPolicy: 'USE_EXISTING',
      // A worker that dies with a task is waited for as long.
      workflowTaskTimeout: '4s',
    }),
  )
  await eventually(async () => (await findRelease(db, release)) !== null)
  await scenario.play(stage)
  await persist(() => client.workflow.getHandle(id).result())
  await stage.click(stage.person('late'), 'approve')
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

function applySettings(house: GateHouse, model: string, scenario: Scenario, role: string) {
  const { required = 1, expiry = '1h' } = scenario
  const written: SettingsInput['models'][string] = {
    critical: true,
    log: { topic: 't' },
    features: { amount: { type: 'numeric' } },
    window: { length: '1d', bucket: '1h', anchor: '2024-01-01T00:00:00Z' },
    approval: { required, expiry, role, channel: 'team' },
    serving: { url: 'http://127.0.0.1:1' },
  }
  const { chat } = house
  const { workspace, app } = slackHome
  const team = {
    ...{ kind: 'slack' as const, channel: chat.channel, api: chat.api },
    token: { env: chatSecrets.token },
    answers: { mode: 'http' as const, workspace, app, signingSecret: { env: chatSecrets.signing } },
  }
  const settings = {
    ...settingsFor(written),
    models: { [model]: written },
    chat: { team },
  }
  const text = JSON.stringify(settings)
  return storeConfigVersion(house.db, { digest: text, text, settings, person: 'chaos' }).then(
    () => {},
  )
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
