import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { promisify } from 'node:util'
import { openCluster } from '../../adapters/cluster/index.ts'
import { signToken } from '../../adapters/cluster/spark-rest.ts'
import { readMaster } from '../../adapters/cluster/spark-web.ts'
import { readSecret } from '../../adapters/files/read-secret.ts'
import type {
  SparkStandaloneSettings,
  SparkSubmitSettings,
  TrainingWebhookSettings,
} from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { fetchJson } from './http.ts'
import { accessible, type Found, type Probe, type ProbeInput, timeoutMs } from './probe.ts'

/** A JVM has to start for a version. */
const startMs = 30_000

/** Whichever runs the jobs. */
export function clusterProbe({ settings: { cluster } }: ProbeInput): Probe {
  switch (cluster.kind) {
    case 'webhook':
      return webhookProbe(cluster)
    case 'spark-submit':
      return submitProbe(cluster)
    case 'spark-standalone':
      return sparkProbe(cluster)
  }
}

/** Asks the program for its version, and looks at the folder of the jobs. */
function submitProbe({ command, folder, master, job: { python } }: SparkSubmitSettings): Probe {
  return {
    name: 'Spark',
    address: command,
    async run(): Promise<Found> {
      accessible(folder, constants.R_OK | constants.W_OK, {
        what: `the folder ${folder}`,
        fix: 'set cluster.folder to one that all training workers share and may write',
      })
      accessible(command, constants.X_OK, {
        what: `the program ${command}`,
        fix: 'set cluster.command to the spark-submit of this machine',
      })
      // Its version stands in the banner, which goes to the errors. One that pip installed asks its Python.
      const env = { ...process.env, PYSPARK_PYTHON: python, PYSPARK_DRIVER_PYTHON: python }
      const asked = promisify(execFile)(command, ['--version'], { timeout: startMs, env })
      const { stderr } = await asked.catch((cause: Error) => {
        const fix = `run ${command} --version on this machine and mend what it says`
        throw new DriftgateError('PREREQUISITE_MISSING', { what: 'spark-submit', fix }, { cause })
      })
      const version = /version (\S+)/.exec(stderr)?.[1] ?? null
      return { version, note: `jobs go to ${master}; that one is not asked` }
    },
  }
}

/** Asks the service of the team for a job that nobody ever submitted: it knows the secret, and what is asked. */
function webhookProbe(cluster: TrainingWebhookSettings): Probe {
  const { url, secret } = cluster
  return {
    name: 'training webhook',
    address: url,
    async run(): Promise<Found> {
      const options = { secret: () => readSecret(secret, 'cluster.secret'), timeoutMs }
      const { found } = await openCluster(cluster, options).find('driftgate-check', Date.now())
      return { version: null, note: found === 'absent' ? 'answers' : `answers: ${found}` }
    },
  }
}

/** Reaches the submission port with the secret, and the master for its workers. */
function sparkProbe({ rest, web, secret }: SparkStandaloneSettings): Probe {
  return {
    name: 'Spark',
    address: rest,
    async run(): Promise<Found> {
      const unreachable = (cause: unknown) =>
        new DriftgateError('CLUSTER_UNREACHABLE', { address: rest }, { cause })
      const token = secret ? signToken(readSecret(secret, 'cluster.secret')) : undefined
      const answer = await fetchJson(new URL('/v1/submissions/status/check', rest), token).catch(
        (cause: unknown) => {
          throw unreachable(cause)
        },
      )
      const version = String(answer['serverSparkVersion'] ?? 'unknown')
      const { workers } = await readMaster(web, timeoutMs)
      // The master lists those that are gone for a while.
      const alive = workers.filter(({ state }) => state === 'ALIVE').length
      if (alive > 0) return { version, note: `${alive} worker(s)` }
      const sentence = 'the master has no worker'
      return { version, problem: { sentence, help: 'start a Spark worker for this master' } }
    },
  }
}
