import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { openCluster } from '../../adapters/cluster/index.ts'
import {
  currentConfigVersion,
  currentSettings,
  storeConfigVersion,
} from '../../adapters/postgres/config-versions.ts'
import { listRetrainings } from '../../adapters/postgres/retrainings.ts'
import { type RetrainHouse, retrainHouse } from '../../test/chaos/retrain/house.ts'
import { retrainRound } from '../../test/chaos/retrain/round.ts'
import { type ChaosServers, chaosServers } from '../../test/chaos/servers.ts'
import { measure } from '../bench.ts'

/** A model is fitted once, and once for each of the five folds of its reference. */
const fits = 6
const pollMs = 500

export interface Overhead {
  /** Seconds from the request of a person until the record says how it ended. */
  readonly orchestrated: number[]
  /** Seconds from submission to the end of the same job, with the same specification in another folder. */
  readonly byHand: number[]
}

/**
 * Retrainings of one model through steward, workflows, registration and comparison on real servers, and the same jobs
 * submitted by hand to the same Spark cluster, in turn. Nobody is killed here; the world is that of the chaos.
 */
export async function besideByHand(input: {
  readonly seconds: number
  readonly repetitions: number
}): Promise<Overhead> {
  const servers = await chaosServers([
    'kafka',
    'postgres',
    'temporal',
    'mlflow',
    'spark-master',
    'spark-worker',
  ])
  try {
    const house = await retrainHouse(servers, {
      ...{ comeBy: async () => {}, doubleSubmit: false, pollMs: null },
    })
    try {
      await fitFor(house.db, servers, house.place.objects, input.seconds / fits)
      const found: Overhead = { orchestrated: [], byHand: [] }
      for (let number = 1; number <= input.repetitions; number++) {
        const asked = Date.now()
        found.orchestrated.push(await timed(() => retrainRound({ house, number, byPerson: true })))
        console.log(
          `orchestrated ${found.orchestrated.at(-1)?.toFixed(1)} s${await partsOf(house, asked)}`,
        )
        found.byHand.push(await byHand(house, servers))
        console.log(`by hand      ${found.byHand.at(-1)?.toFixed(1)} s`)
      }
      return found
    } finally {
      await house.close()
    }
  } finally {
    await servers.close()
  }
}

/** Where the time went: before the job, until it was seen to have ended, and after it. */
async function partsOf({ db, place }: RetrainHouse, asked: number): Promise<string> {
  const [latest] = await listRetrainings(db, place.model, 1)
  const [submitted, ended] = [
    latest?.submittedAt?.getTime() ?? asked,
    latest?.endedAt?.getTime() ?? asked,
  ]
  const parts = [submitted - asked, ended - submitted, Date.now() - ended]
  const [before, job, after] = parts.map((ms) => (ms / 1_000).toFixed(1))
  return `: ${before} s before it was submitted, ${job} s until its end was seen, ${after} s after`
}

/** A program that takes so long to fit a line, and no core meanwhile. */
async function fitFor(db: pg.Pool, { spark }: ChaosServers, folder: string, seconds: number) {
  const program = join(folder, 'fit.py')
  await writeFile(program, fit(seconds))
  const written = await currentConfigVersion(db)
  if (written === null || spark === null) throw new Error('there is no model to train')
  const settings = JSON.parse(written.text)
  const { retraining } = settings.models.m
  Object.assign(retraining, { trainer: 'command', command: [spark.python, program] })
  const text = JSON.stringify(settings)
  await storeConfigVersion(db, { digest: text, text, settings, person: 'bench' })
}

const fit = (seconds: number): string => `
import json, sys, time
time.sleep(${seconds})
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
pairs = [(row["features"]["amount"] or 0, row["label"]) for row in rows]
x, y = (sum(values) / len(pairs) for values in zip(*pairs))
slope = sum((a - x) * (b - y) for a, b in pairs) / sum((a - x) ** 2 for a, _ in pairs)
amount = {"name": "amount", "type": "numeric", "low": 0, "high": 200, "weight": slope, "missing": 0}
model = {"schema": "driftgate-model/1", "kind": "linear", "link": "logistic", "features": [amount], "intercept": y - slope * x}
json.dump(model, open(sys.argv[2], "w"))
`

/** The latest job once more: what somebody would do who had written its specification. */
async function byHand({ db, place }: RetrainHouse, { spark }: ChaosServers): Promise<number> {
  const [latest] = await listRetrainings(db, place.model, 1)
  const { settings } = await currentSettings(db)
  if (latest?.spec == null || spark === null) throw new Error('there is no job')
  if (latest.state !== 'succeeded') throw new Error(`the job ${latest.state}: ${latest.result}`)
  const runKey = randomBytes(6).toString('hex')
  const output = join(place.objects, 'by-hand', runKey)
  await mkdir(output, { recursive: true })
  const specPath = join(output, 'spec.json')
  await writeFile(specPath, JSON.stringify({ ...latest.spec, runKey, output }))
  const secret = await readFile(spark.secretFile, 'utf8')
  const cluster = openCluster(settings.cluster, { secret: () => secret })
  return timed(async () => {
    const { submissionId } = await cluster.submit({ runKey, specPath })
    for (;;) {
      const { state } = await cluster.status(submissionId)
      if (state === 'finished') break
      if (state !== 'queued' && state !== 'running') throw new Error(`by hand it ${state}`)
      await sleep(pollMs)
    }
    await readFile(join(output, 'marker.json'))
  })
}

const timed = async (work: () => Promise<void>): Promise<number> =>
  (await measure(work)).wallSeconds
