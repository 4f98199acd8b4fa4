import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { type RetrainPhase, retrainPhases } from '../../../contracts/retrain-phases.ts'
import type { Chaos, KindOfRound } from '../chaos.ts'
import { eventually, persist, roundMs } from '../persist.ts'
import type { ServerName } from '../servers.ts'
import type { StruckProcess } from '../struck-process.ts'
import { retrainHouse } from './house.ts'
import { driversRunning, type Place } from './outside.ts'
import { retrainRound, tellWhatWasSeen } from './round.ts'

const script = readFileSync(new URL('invariants.sql', import.meta.url), 'utf8')
const killed = ['spark-master', 'spark-worker', 'mlflow', 'postgres'] as const
/** Whose death may end a job; of any other a retraining knows nothing. */
const clusterVictims = ['driver', 'spark-master', 'spark-worker']

const comesBy = (phases: readonly RetrainPhase[]) =>
  // What the steward is told first and last are saved by it at two times at least.
  new Map(phases.map((phase) => [phase, phase.endsWith('steward is saved') ? 2 : 1]))

const most = { passes: comesBy(retrainPhases), victims: ['worker', ...killed] }
/** A round by its name: who asks, what is lost besides, and what it comes by. */
const kinds: Readonly<Record<string, KindOfRound>> = {
  'drifted windows': most,
  'a person asks': most,
  'answer of submission lost': {
    ...most,
    passes: comesBy(retrainPhases.filter((phase) => phase !== 'after submission')),
  },
  'answer of registration lost': most,
  'driver dies': {
    passes: comesBy(['after submission', 'after submission is recorded', 'job runs']),
    victims: ['driver'],
  },
}

/** Retrainings of one model, one after the other, on a real cluster, while something dies. */
export const retrainChaos: Chaos = {
  name: 'retrain',
  summary:
    'Retrains one model again and again on a Spark cluster, from two thousand rows in Kafka: two drifted windows start it,\n' +
    'or a person does; the answer of the cluster or of the registry is lost besides. Each round shall end in one registered\n' +
    'version, or in a failure that is on record with its reason where the cluster was struck; with one job, no process left\n' +
    'behind, its part of the budget settled, and a steward that is free. --sabotage double-submit starts each job twice.',
  phases: retrainPhases,
  servers: ['kafka', 'temporal', ...killed],
  victims: ['worker', ...killed, 'driver'],
  sabotages: ['double-submit'],
  sound: 'one version or one failure',
  async open(on, { sabotaged }) {
    let comeBy = async (_phase: string, _process: StruckProcess): Promise<void> => {}
    const house = await retrainHouse(on, {
      comeBy: (phase, process) => comeBy(phase, process),
      doubleSubmit: sabotaged !== null,
    })
    const known = new Set<string>()
    let number = 0
    let hung = false
    return {
      kinds: new Map(Object.entries(kinds)),
      async round(kind, strike) {
        if (hung) throw new Error('the round before never ended, and it is the same model')
        number++
        let times = 0
        let struck = false
        let lost = false
        let healing: Promise<unknown> = Promise.resolve()
        const loseAnswer = (phase: string) => {
          if (lost) return
          const submits = kind === 'answer of submission lost' && phase === 'before submission'
          const registers = kind.startsWith('answer of reg') && phase.endsWith('files stored')
          lost = submits || registers
          if (submits) house.proxies.cluster.cutNext(1)
          if (registers) house.proxies.registry.cutNext(1)
        }
        comeBy = async (phase, process) => {
          loseAnswer(phase)
          if (struck || phase !== strike.phase || ++times !== strike.time) return
          struck = true
          if (strike.victim === 'worker') return process.replace()
          if (strike.victim === 'driver') {
            struck = await killDriver(house.place)
            return
          }
          const server = strike.victim as ServerName
          await on.kill(server)
          healing = on.start(server)
        }
        const late = sleep(roundMs, null, { ref: false }).then((): never => {
          throw new Error(`not through after ${roundMs / 1000} s`)
        })
        const work = retrainRound({ house, number, byPerson: kind === 'a person asks' })
        await Promise.race([work, house.worker.broken, late]).catch(async (error) => {
          hung = true
          await healing
          throw error
        })
        // The last phases come after the last thing that can be waited for.
        await Promise.race([eventually(async () => struck), sleep(3_000)])
        await healing
        const mayFail = clusterVictims.includes(strike.victim)
        await tellWhatWasSeen(house, { number, mayFail })
        const found = await persist(() => brokenInvariants(house.db))
        const fresh = found.filter((each) => !known.has(each))
        for (const each of fresh) known.add(each)
        return { struck, faults: fresh }
      },
      close: () => house.close(),
    }
  },
}

/** `kill -9` of the JVM of the job that was started, once it is there; false: none came. */
async function killDriver(place: Place): Promise<boolean> {
  for (const end = performance.now() + 10_000; performance.now() < end; await sleep(20)) {
    const drivers = driversRunning(place)
    for (const pid of drivers) process.kill(pid, 'SIGKILL')
    if (drivers.length > 0) return true
  }
  return false
}

/** What `invariants.sql` says of the database: `what: where`, one for each thing that does not hold. */
async function brokenInvariants(db: pg.Pool): Promise<string[]> {
  const { rows } = await db.query<{ broken: string; place: string }>(script)
  return rows.map(({ broken, place }) => `${broken}: ${place}`)
}
