import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { gatePhases } from '../../../contracts/gate-phases.ts'
import type { Chaos, KindOfRound } from '../chaos.ts'
import { eventually, persist, roundMs } from '../persist.ts'
import type { ServerName } from '../servers.ts'
import type { StruckProcess } from '../struck-process.ts'
import { gateHouse } from './house.ts'
import { gateRound } from './round.ts'
import { comesBy, type Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'

const script = readFileSync(new URL('invariants.sql', import.meta.url), 'utf8')
const servers = ['postgres', 'temporal', 'synapse'] as const

const victims = ['worker', 'gateway', ...servers]

/** Releases at their gates, one after the other, while people answer and something dies. */
export const gateChaos: Chaos = {
  name: 'gate',
  summary:
    'Puts one release after the other before its gate, with two gateways, two workers and two chats, one of them a real\n' +
    'Matrix server; people answer at once, by click, reaction, typed words, Update and Signal, with good, forged, old\n' +
    'and repeated tokens; they break the glass, hand their right over and take it back, or let others be asked. One\n' +
    'answer shall decide, the traffic move once, the chain be whole, the card say how it ended, and a review follow\n' +
    'where the glass was broken. --sabotage drop-decision loses one.',
  phases: gatePhases,
  servers,
  victims,
  sabotages: ['drop-decision'],
  sound: 'one decision',
  async open(on, { sabotaged }) {
    let comeBy = async (_phase: string, _process: StruckProcess): Promise<void> => {}
    const house = await gateHouse(on, {
      comeBy: (phase, process) => comeBy(phase, process),
      dropDecision: sabotaged !== null,
    })
    const gateways = house.gateways.map(({ process }) => process)
    const broken = Promise.race([...house.workers, ...gateways].map((each) => each.broken))
    broken.catch(() => {})
    const known = new Set<string>()
    let number = 0
    return {
      kinds: new Map(Object.entries(scenarios).map(([name, each]) => [name, kindOf(each)])),
      async round(kind, strike) {
        let times = 0
        let struck = false
        let healing: Promise<unknown> = Promise.resolve()
        comeBy = async (phase, process) => {
          if (struck || phase !== strike.phase || ++times !== strike.time) return
          struck = true
          if (strike.victim === 'worker' || strike.victim === 'gateway') {
            const those = strike.victim === 'worker' ? house.workers : gateways
            await (those.includes(process) ? process : those[number % 2]!).replace()
          } else {
            const server = strike.victim as ServerName
            await on.kill(server)
            healing = on.start(server)
          }
        }
        number++
        const late = sleep(roundMs, null, { ref: false }).then((): never => {
          throw new Error(`not through after ${roundMs / 1000} s`)
        })
        const scenario = scenarios[kind]!
        const cardFirst = strike.phase.endsWith('card is updated')
        const work = gateRound({ house, scenario, number, cardFirst })
        const faults = await Promise.race([work, broken, late]).catch(async (error) => {
          // What a round leaves behind that was given up is not the fault of the next.
          await healing
          for (const each of await persist(() => brokenInvariants(house.db))) known.add(each)
          throw error
        })
        // The last phases come after the last thing that can be waited for.
        await Promise.race([eventually(async () => struck), sleep(3_000)])
        await healing
        const found = await persist(() => brokenInvariants(house.db))
        const fresh = found.filter((each) => !known.has(each))
        for (const each of fresh) known.add(each)
        return { struck, faults: [...faults, ...fresh] }
      },
      close: () => house.close(),
    }
  },
}

/** At which pass a phase may be struck: what is shown once for several answers is come by less often than they are. */
function kindOf(scenario: Scenario): KindOfRound {
  const often = ['token is used', 'decision', 'decision, link written']
  const able = gatePhases.filter((phase) => comesBy(scenario, phase))
  const passes = new Map(
    able.map((phase) => {
      const repeated = often.includes(phase.replace(/^(before|in|after) /, ''))
      return [phase, repeated ? Math.ceil(scenario.answers / 2) : 1]
    }),
  )
  return {
    passes,
    victims: scenario.matrix ? victims : victims.filter((victim) => victim !== 'synapse'),
  }
}

/** What `invariants.sql` says of the database: `what, where`, one for each thing that does not hold. */
async function brokenInvariants(db: pg.Pool): Promise<string[]> {
  const { rows } = await db.query<{ broken: string; place: string }>(script)
  return rows.map(({ broken, place }) => `${broken}: ${place}`)
}
