import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { findSteward } from '../../../adapters/postgres/stewards.ts'
import { workflowId } from '../../../contracts/messages.ts'
import { type RolloutPhase, rolloutPhases } from '../../../contracts/rollout-phases.ts'
import type { Chaos, KindOfRound } from '../chaos.ts'
import { eventually, persist, roundMs } from '../persist.ts'
import type { ServerName } from '../servers.ts'
import type { StruckProcess } from '../struck-process.ts'
import { type ReleaseHouse, releaseHouse } from './house.ts'
import { type ReleaseScenario, releaseScenarios } from './scenarios.ts'
import { ReleaseStage } from './stage.ts'

const script = readFileSync(new URL('invariants.sql', import.meta.url), 'utf8')
const victims = ['worker', 'postgres', 'temporal'] as const
const sabotages = {
  'lose-rollback': 'a bad canary',
  'override-human': 'another hand moves it, and it turns bad',
}

/** Traffic that moves in steps, one release after the other, while something dies. */
export const releaseChaos: Chaos = {
  name: 'release',
  summary:
    'Moves the traffic of one model after the other in steps, between a target and a log that somebody else keeps: a good\n' +
    'candidate, a bad one, too few requests, a log that cannot be read, people who abort and roll back, another hand at the\n' +
    'target before, beside and after us. The traffic shall always be one of the recorded states, the chain be whole, and\n' +
    'nothing that a person did be undone. --sabotage lose-rollback says that it went back and does not, --sabotage\n' +
    'override-human minds no generation.',
  phases: rolloutPhases,
  servers: ['postgres', 'temporal'],
  victims,
  sabotages: Object.keys(sabotages),
  sound: 'one of the recorded states',
  async open(on, { sabotaged }) {
    let comeBy = async (_phase: string, _process: StruckProcess): Promise<void> => {}
    const house = await releaseHouse(on, {
      comeBy: (phase, process) => comeBy(phase, process),
      sabotage: sabotaged,
    })
    const only = sabotaged === null ? null : sabotages[sabotaged as keyof typeof sabotages]
    const known = new Set<string>()
    let number = 0
    return {
      kinds: new Map(
        Object.entries(releaseScenarios)
          .filter(([name]) => only === null || name === only)
          .map(([name, scenario]) => [name, kindOf(scenario)]),
      ),
      async round(kind, strike) {
        number++
        let times = 0
        let struck = false
        let healing: Promise<unknown> = Promise.resolve()
        comeBy = async (phase, process) => {
          if (struck || phase !== strike.phase || ++times !== strike.time) return
          struck = true
          if (strike.victim === 'worker') return process.replace()
          const server = strike.victim as ServerName
          await on.kill(server)
          healing = on.start(server)
        }
        const late = sleep(roundMs, null, { ref: false }).then((): never => {
          throw new Error(`not through after ${roundMs / 1000} s`)
        })
        const work = releaseRound(house, kind, number)
        await Promise.race([work, house.worker.broken, late]).catch(async (error) => {
          await healing
          for (const each of await persist(() => brokenInvariants(house))) known.add(each)
          throw error
        })
        await healing
        const found = await persist(() => brokenInvariants(house))
        const fresh = found.filter((each) => !known.has(each))
        for (const each of fresh) known.add(each)
        return { struck, faults: fresh }
      },
      close: () => house.close(),
    }
  },
}

/** One release of a model of its own, until the record, the target and the steward agree that it is over. */
async function releaseRound(house: ReleaseHouse, kind: string, number: number): Promise<void> {
  const { db, environment } = house
  const { client, prefix } = environment
  const { rollout, play } = releaseScenarios[kind]!
  const stage = new ReleaseStage(house, number)
  const { model, release } = stage
  await stage.open(rollout)
  await play(stage)
  await persist(() => client.workflow.getHandle(workflowId.release(prefix, release)).result())
  await eventually(async () => {
    const { seen = [] } = (await findSteward(db, model)) ?? {}
    return seen.some((event) => event.startsWith(`release/${release}/`))
  })
  await persist(() =>
    db.query('insert into seen_ends values ($1, $2, $3) on conflict do nothing', [
      ...[release, model, kind],
    ]),
  )
  const steward = client.workflow.getHandle(workflowId.steward(prefix, model))
  await persist(() => steward.terminate('the round is over'))
}

const orderPhases: readonly RolloutPhase[] = ['before order is used', 'after order is used']

/** Where another hand is at the target, the move back is refused before it is one. */
function kindOf({ orders, refused }: ReleaseScenario): KindOfRound {
  const able = rolloutPhases.filter((phase) => orders || !orderPhases.includes(phase))
  const twice = (phase: RolloutPhase) => /move|moved|rollout is saved/.test(phase) && !refused
  return { passes: new Map(able.map((phase) => [phase, twice(phase) ? 2 : 1])) }
}

/** What `invariants.sql` says of the database: `what: where`, one for each thing that does not hold. */
async function brokenInvariants({ db }: ReleaseHouse): Promise<string[]> {
  const { rows } = await db.query<{ broken: string; place: string }>(script)
  return rows.map(({ broken, place }) => `${broken}: ${place}`)
}
