import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cachePath, isCached } from './cache.ts'
import { httpAnswers } from './health.ts'
import { mavenJars } from './maven-jars.ts'
import { portsOf } from './ports.ts'
import { java } from './prerequisites.ts'
import { startProgram } from './program.ts'
import { pythonEnvironment, pythonPlan } from './python.ts'
import type { LocalServer } from './server.ts'
import {
  connectorArtefacts,
  masterArguments,
  masterSettings,
  sparkDaemonMemory,
  workerArguments,
} from './spark-settings.ts'
import { versions } from './versions.ts'

const entry = `spark-jars/${versions.spark}-${versions.postgresJdbc}`

/** A Spark standalone cluster: one master with its REST port (signed requests only) and one worker. */
export const spark: LocalServer = {
  name: 'spark',
  version: versions.spark,
  plan: () => [
    pythonPlan(),
    {
      what: "Spark's Kafka connector and PostgreSQL driver",
      version: versions.spark,
      megabytes: 11,
      from: 'Maven Central',
      kept: cachePath(entry),
      here: isCached(entry),
    },
  ],
  async start({ folder, say }) {
    const javaHome = dirname(dirname(await java()))
    const environment = await pythonEnvironment(say)
    const jars = await connector(() => say('waiting', { detail: 'another run fetches it' }))
    const ports = await portsOf(folder, [
      'sparkMaster',
      'sparkRest',
      'sparkMasterWeb',
      'sparkWorkerWeb',
    ])
    const home = join(folder, 'spark')
    for (const name of ['master-conf', 'worker-conf', 'recovery', 'work']) {
      mkdirSync(join(home, name), { recursive: true })
    }
    const secretFile = join(home, 'rest-secret')
    if (!existsSync(secretFile)) {
      writeFileSync(secretFile, randomBytes(32).toString('base64url'), { mode: 0o600 })
    }
    // The master's settings hold the secret: a folder of its own, since drivers read the worker's.
    writeFileSync(
      join(home, 'master-conf/spark-defaults.conf'),
      masterSettings({
        host: '127.0.0.1',
        port: ports.sparkRest,
        secret: readFileSync(secretFile, 'utf8'),
        recovery: join(home, 'recovery'),
      }),
      { mode: 0o600 },
    )
    const sparkHome = packageFolder(environment)
    const env = (conf: string) => ({
      SPARK_HOME: sparkHome,
      SPARK_CONF_DIR: join(home, conf),
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_DAEMON_MEMORY: sparkDaemonMemory,
      PYSPARK_PYTHON: join(environment, 'bin/python'),
      ...(existsSync(join(javaHome, 'lib')) ? { JAVA_HOME: javaHome } : {}),
    })
    const master = `spark://127.0.0.1:${ports.sparkMaster}`
    const web = `http://127.0.0.1:${ports.sparkMasterWeb}`
    const rest = `http://127.0.0.1:${ports.sparkRest}`
    say('starting', { detail: 'master' })
    await startProgram(folder, {
      name: 'spark-master',
      command: join(sparkHome, 'bin/spark-class'),
      args: masterArguments(ports.sparkMaster, ports.sparkMasterWeb),
      cwd: home,
      env: env('master-conf'),
      // Any answer will do: without a signature it is a refusal.
      healthy: () => httpAnswers(`${rest}/v1/submissions/readyz`, () => true),
    })
    say('starting', { detail: 'worker' })
    await startProgram(folder, {
      name: 'spark-worker',
      command: join(sparkHome, 'bin/spark-class'),
      args: workerArguments(ports.sparkWorkerWeb, join(home, 'work'), master),
      cwd: home,
      env: env('worker-conf'),
      // A master that recovers takes no job yet.
      healthy: () =>
        httpAnswers(`${web}/json/`, (_, body) => {
          const { status, aliveworkers } = JSON.parse(body)
          return status === 'ALIVE' && aliveworkers >= 1
        }),
    })
    return {
      sparkRest: rest,
      sparkMaster: master,
      sparkMasterWeb: web,
      sparkWorkerWeb: `http://127.0.0.1:${ports.sparkWorkerWeb}`,
      sparkSecretFile: secretFile,
      python: join(environment, 'bin/python'),
      sparkJars: jars,
    }
  },
}

const connector = (onWait: () => void) =>
  mavenJars(entry, connectorArtefacts, { transitive: false, onWait })

function packageFolder(environment: string): string {
  const python = readdirSync(join(environment, 'lib')).find((name) => name.startsWith('python3'))
  return join(environment, 'lib', python ?? '', 'site-packages/pyspark')
}
