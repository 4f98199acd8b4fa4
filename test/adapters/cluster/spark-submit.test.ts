import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pulses } from '../../../adapters/cluster/pulses.ts'
import { sparkSubmit } from '../../../adapters/cluster/spark-submit.ts'
import { processStart } from '../../../adapters/cluster/this-machine.ts'
import type { TrainingCluster } from '../../../adapters/cluster/training-cluster.ts'
import type { SparkSubmitSettings } from '../../../contracts/config.ts'
import { DriftgateError } from '../../../contracts/errors.ts'

/** Runs the script that it is told to submit: what the keeper does shows without a JVM. */
const launcher = `#!/bin/sh
while [ $# -gt 2 ]; do shift; done
exec /bin/sh "$1" "$2"
`

describe('jobs of spark-submit', { concurrency: true }, () => {
  let home: string
  let settings: SparkSubmitSettings
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'driftgate-submit-'))
    await mkdir(join(home, 'jobs'))
    await writeFile(join(home, 'spark-submit'), launcher, { mode: 0o755 })
  })
  after(() => rm(home, { recursive: true, force: true }))

  async function opened(body: string, changes: Partial<SparkSubmitSettings> = {}) {
    const script = join(await mkdtemp(join(home, 'script-')), 'job.sh')
    await writeFile(script, body)
    settings = {
      kind: 'spark-submit',
      command: join(home, 'spark-submit'),
      master: 'yarn',
      folder: join(home, 'jobs'),
      jobs: 8,
      queueTimeout: 600_000,
      job: {
        ...{ script, python: '/usr/bin/python3', jars: [], conf: {} },
        ...{ driverMemory: '1g', driverCores: 1, executorMemory: '1g', maximumCores: 1 },
      },
      ...changes,
    }
    return sparkSubmit(settings, {})
  }

  const kept = async (runKey: string, name: string) =>
    JSON.parse(await readFile(join(home, 'jobs', runKey, name), 'utf8'))

  test('a run key is submitted once, whoever asks and how often', async () => {
    const cluster = await opened(`echo ran >> ${home}/once; sleep 1`)
    const job = { runKey: 'once', specPath: '/x' }
    await Promise.all([1, 2, 3].map(() => cluster.submit(job)))
    await until(cluster, 'once', 'finished')
    await cluster.submit(job)
    await sleep(1_500)
    assert.equal(await readFile(join(home, 'once'), 'utf8'), 'ran\n')
  })

  test('a keeper that is killed leaves its job running, and it can be ended', async () => {
    const cluster = await opened('sleep 300 & wait')
    await cluster.submit({ runKey: 'orphan', specPath: '/x' })
    await until(cluster, 'orphan', 'running')
    const { pid } = await kept('orphan', 'process.json')
    const group = () =>
      execFileSync('/bin/sh', ['-c', `ps -o pid= --ppid ${pid} || true`], { encoding: 'utf8' })
    const [child] = group().trim().split(/\s+/)
    const parent = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')[1]
    process.kill(Number(parent), 'SIGKILL')
    await sleep(16_000)
    assert.deepEqual(await cluster.status('orphan'), { state: 'running' })
    await cluster.kill('orphan')
    assert.deepEqual(await cluster.status('orphan'), { state: 'killed' })
    assert.equal(processStart(pid), null)
    assert.equal(processStart(Number(child)), null, 'what it started')
  })

  test('a job that does not heed its end is ended all the same', async () => {
    const cluster = await opened(`trap '' TERM; while true; do sleep 1; done`)
    await cluster.submit({ runKey: 'stubborn', specPath: '/x' })
    await until(cluster, 'stubborn', 'running')
    const { pid } = await kept('stubborn', 'process.json')
    await cluster.kill('stubborn')
    assert.deepEqual(await cluster.status('stubborn'), { state: 'killed' })
    assert.equal(processStart(pid), null)
  })

  test('what it leaves behind is ended with it', async () => {
    const cluster = await opened(`sleep 300 & echo $!; exit 0`)
    await cluster.submit({ runKey: 'behind', specPath: '/x' })
    await until(cluster, 'behind', 'finished')
    const { text } = await cluster.output('behind', 0)
    assert.equal(processStart(Number(text)), null)
  })

  test('more jobs than there is room for wait, first come first served', async () => {
    const folder = join(home, 'narrow')
    await mkdir(folder)
    const body = `echo "$2$1" >> ${home}/order; while [ ! -e ${home}/go ]; do sleep 0.1; done`
    const cluster = await opened(body, { folder, jobs: 1 })
    for (const runKey of ['b', 'a', 'c']) await cluster.submit({ runKey, specPath: runKey })
    await until(cluster, 'b', 'running')
    assert.equal((await cluster.status('c')).state, 'queued')
    await writeFile(join(home, 'go'), '')
    await until(cluster, 'c', 'finished')
    assert.equal(await readFile(join(home, 'order'), 'utf8'), 'b\na\nc\n')
  })

  test('the job sees its own secrets, nobody sees them from outside, and none of the worker', async () => {
    process.env['WORKER_PASSWORD'] = 'of the worker'
    const cluster = await opened('echo "$SECRET|$WORKER_PASSWORD|$DRIFTGATE_RUN_KEY"; sleep 1')
    const environment = { SECRET: 'hidden-in-it' }
    await cluster.submit({ runKey: 'secrets', specPath: '/x', environment })
    await until(cluster, 'secrets', 'running')
    const shown = execFileSync('ps', ['-ww', '-eo', 'args'], { encoding: 'utf8' })
    assert.match(shown, /"runKey":"secrets"/)
    assert.ok(!shown.includes('hidden-in-it'))
    await until(cluster, 'secrets', 'finished')
    assert.equal((await cluster.output('secrets', 0)).text, 'hidden-in-it||secrets\n')
  })

  test('a program that is none is a refusal, and so is a run key that is no name', async () => {
    const cluster = await opened('true', { command: join(home, 'nothing') })
    const rejected = { code: 'CLUSTER_SUBMIT_REJECTED' }
    await assert.rejects(cluster.submit({ runKey: 'none', specPath: '/x' }), rejected)
    assert.deepEqual(await cluster.find('none', 0), { found: 'absent' })
    const other = await opened('true')
    await assert.rejects(other.submit({ runKey: '../up', specPath: '/x' }), rejected)
    assert.deepEqual(await other.status('../up'), { state: 'forgotten' })
  })

  test('a folder that is away is no end of a job', async () => {
    const cluster = await opened('true', { folder: join(home, 'unmounted') })
    await assert.rejects(
      cluster.status('any'),
      (error) => error instanceof DriftgateError && error.code === 'CLUSTER_UNREACHABLE',
    )
  })

  test('how a job failed is said', async () => {
    const cluster = await opened('exit 3')
    await cluster.submit({ runKey: 'failing', specPath: '/x' })
    await until(cluster, 'failing', 'failed')
    assert.deepEqual(await cluster.status('failing'), {
      ...{ state: 'failed', reason: 'spark-submit ended with status 3' },
    })
  })
})

test('who is silent is told by a counter that does not change, whatever the clocks say', () => {
  let now = 0
  const pulses = new Pulses(() => now)
  assert.equal(pulses.silence('a', '1'), 0)
  now = 20
  assert.equal(pulses.silence('a', '1'), 20)
  assert.equal(pulses.silence('b', null), 0)
  assert.equal(pulses.silence('a', '2'), 0)
  now = 50
  assert.equal(pulses.silence('a', '2'), 30)
  assert.equal(pulses.silence('b', null), 30)
})

async function until(cluster: TrainingCluster, id: string, state: string): Promise<void> {
  for (let look = 0; look < 1_200; look++) {
    const found = await cluster.status(id)
    if (found.state === state) return
    assert.ok(['queued', 'running'].includes(found.state), JSON.stringify(found))
    await sleep(50)
  }
  throw new Error(`${id} is not ${state}`)
}
