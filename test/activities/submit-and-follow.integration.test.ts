import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { followTraining, stopTraining } from '../../activities/follow-training.ts'
import { submitTraining } from '../../activities/submit-training.ts'
import { storeSpec } from '../../activities/training-spec.ts'
import { openCluster } from '../../adapters/cluster/index.ts'
import { findRetraining } from '../../adapters/postgres/retrainings.ts'
import type { Settings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { cuttingProxy } from '../support/cutting-proxy.ts'
import { clusterSecret, clusterSettings } from '../support/training-cluster.ts'
import { trainingPlace } from '../support/training-place.ts'
import { trainingSettings } from '../support/training-settings.ts'

/** Leaves a line per start, so that a test can count how often the job ran. */
const leaveTrace = `
spec = json.load(open(sys.argv[1]))
open(os.path.join(spec['output'], 'started-' + str(os.getpid())), 'w').close()
`
const leaveMarker = `
marker = {'schema': 'driftgate-marker/1', 'runKey': spec['runKey'], 'files': {},
  'rows': {'joined': 1, 'trained': 1, 'heldOut': 1},
  'trainedOn': {'start': '2024-01-01T00:00:00Z', 'end': '2024-02-01T00:00:00Z'},
  'heldOut': {'start': '2024-02-01T00:00:00Z', 'end': '2024-03-01T00:00:00Z'}}
print('stage: writing', flush=True)
with open(os.path.join(spec['output'], 'marker.json'), 'x') as file: json.dump(marker, file)
time.sleep(1)
`

describe('submitting and following a training job', { concurrency: true }, () => {
  const place = trainingPlace()

  /** One prepared retraining whose job is `body`. */
  async function prepared(
    body: string,
    changes: Parameters<typeof clusterSettings>[1] = {},
    retraining: { timeout?: string } = {},
  ) {
    const runKey = randomBytes(6).toString('hex')
    const cluster = clusterSettings(await place.folder.script(runKey, body), changes)
    const settings: Settings = trainingSettings('trial', cluster, { retraining })
    const deps = {
      db: place.db,
      cluster: openCluster(cluster, { secret: clusterSecret }),
      objects: place.folder.path,
      clock: Date.now,
      settings: async () => settings,
      pollMs: 200,
    }
    const input = {
      model: 'trial',
      prefix: '',
      runKey,
      incident: 'trial/1',
      from: '2024-01-01T00:00:00.000Z',
      requestedBy: ['steward'],
      reason: 'two drifted windows in a row',
    }
    const source = { kind: 'parquet', path: '/none', sha256: 'none' } as const
    await storeSpec(deps, input, async () => ({ sources: [source], binning: null }))
    const starts = async () =>
      (await readdir(join(place.folder.path, 'trial', runKey))).filter((name) =>
        name.startsWith('started-'),
      ).length
    const folder = join(place.folder.path, 'trial', runKey)
    return { deps, runKey, input, starts, folder }
  }

  test('a job that leaves its marker succeeds, and its stages are shown on the way', async () => {
    const { deps, runKey } = await prepared(
      `${leaveTrace}print('stage: reading', flush=True); time.sleep(2)${leaveMarker}`,
    )
    await submitTraining(deps, { runKey })
    const stages = new Set<string>()
    const end = await followTraining(deps, { runKey }, { onProgress: (p) => stages.add(p.stage) })
    assert.equal(end.state, 'succeeded')
    assert.ok(stages.has('reading') && stages.has('writing'), [...stages].join())
    assert.equal((await findRetraining(deps.db, runKey))?.state, 'succeeded')
    assert.deepEqual(await followTraining(deps, { runKey }), end)
  })

  test('what a job that failed printed last stays, when no cluster remembers it any more', async () => {
    const { deps, runKey, folder } = await prepared(
      "print('stage: reading'); print('17 rows are wrong'); raise ValueError('no rows')",
    )
    await submitTraining(deps, { runKey })
    const end = await followTraining(deps, { runKey })
    assert.deepEqual(end, { state: 'failed', reason: 'ValueError: no rows' })
    const lines = (await findRetraining(deps.db, runKey))?.lastLines ?? []
    assert.equal(lines[0], '17 rows are wrong')
    assert.equal(lines.at(-1), 'ValueError: no rows')
    assert.match(await readFile(join(folder, 'output.log'), 'utf8'), /stage: reading\n17 rows/)
  })

  test('a submission whose answer is lost is found again: exactly one job runs', async () => {
    const proxy = await cuttingProxy(clusterSettings('').rest)
    try {
      const body = `${leaveTrace}time.sleep(4)${leaveMarker}`
      const { deps, runKey, starts } = await prepared(body, { rest: proxy.url })
      proxy.cutNext(1)
      const submit = () => submitTraining(deps, { runKey })
      await assert.rejects(submit, isCode('CLUSTER_UNREACHABLE'))
      assert.equal((await findRetraining(deps.db, runKey))?.state, 'submitting')
      const [first, second] = await Promise.all([untilClear(submit), untilClear(submit)])
      assert.deepEqual(first, second)
      assert.equal((await followTraining(deps, { runKey })).state, 'succeeded')
      assert.equal(await starts(), 1)
    } finally {
      await proxy.close()
    }
  })

  test('a submission that never arrived is made again after a look at the cluster', async () => {
    const { deps, runKey, starts } = await prepared(`${leaveTrace}${leaveMarker}`)
    const rest = 'http://127.0.0.1:1'
    const cluster = openCluster(clusterSettings('', { rest }), { secret: clusterSecret })
    const submit = (used: typeof deps) => submitTraining(used, { runKey })
    await assert.rejects(() => submit({ ...deps, cluster }), isCode('CLUSTER_UNREACHABLE'))
    await untilClear(() => submit(deps))
    assert.equal((await followTraining(deps, { runKey })).state, 'succeeded')
    assert.equal(await starts(), 1)
  })

  test('a job whose marker is already there is not submitted', async () => {
    const { deps, runKey, starts } = await prepared(`${leaveTrace}${leaveMarker}`)
    await submitTraining(deps, { runKey })
    await followTraining(deps, { runKey })
    await deps.db.query(
      `update retrainings set state = 'submitting', submission_id = null where run_key = $1`,
      [runKey],
    )
    await submitTraining(deps, { runKey })
    assert.equal((await followTraining(deps, { runKey })).state, 'succeeded')
    assert.equal(await starts(), 1)
  })

  test('a failed job is told in its own words, a silent one without', async () => {
    const loud = await prepared("raise ValueError('the label column is empty')")
    await submitTraining(loud.deps, loud)
    assert.deepEqual(await followTraining(loud.deps, loud), {
      state: 'failed',
      reason: 'ValueError: the label column is empty',
    })
    const silent = await prepared('sys.exit(3)')
    await submitTraining(silent.deps, silent)
    const end = await followTraining(silent.deps, silent)
    assert.deepEqual(end, { state: 'failed', reason: 'the job ended with an error' })
  })

  test('a job that ends well without a marker has failed', async () => {
    const { deps, runKey } = await prepared("print('stage: nothing')")
    await submitTraining(deps, { runKey })
    assert.deepEqual(await followTraining(deps, { runKey }), {
      state: 'failed',
      reason: 'the job ended without a marker',
    })
  })

  test('a job that the cluster never starts is withdrawn after the queue timeout', async () => {
    const { deps, runKey } = await prepared('pass', { driverMemory: '900g', queueTimeout: 1_000 })
    const { submissionId } = await submitTraining(deps, { runKey })
    const end = await followTraining(deps, { runKey })
    assert.equal(end.state, 'failed')
    assert.match(end.reason, /never started within 1 s/)
    assert.deepEqual(await deps.cluster.status(submissionId), { state: 'killed' })
  })

  test('a job that runs too long is stopped', async () => {
    const { deps, runKey } = await prepared('time.sleep(300)', {}, { timeout: '2s' })
    const { submissionId } = await submitTraining(deps, { runKey })
    const end = await followTraining(deps, { runKey })
    assert.deepEqual(end, { state: 'failed', reason: 'it ran longer than 2s and was stopped' })
    assert.deepEqual(await deps.cluster.status(submissionId), { state: 'killed' })
  })

  test('a job that the cluster has no memory of is lost, never failed', async () => {
    const { deps, runKey } = await prepared('pass')
    const submittedAt = new Date()
    await deps.db.query(
      `update retrainings set state = 'submitted', submission_id = 'driver-20010101000000-0000',
              submitted_at = $2 where run_key = $1`,
      [runKey, submittedAt],
    )
    // A clock that runs a hundred times faster than this test.
    const start = Date.now()
    const clock = () => start + (Date.now() - start) * 100
    assert.equal((await followTraining({ ...deps, clock }, { runKey })).state, 'lost')
  })

  test('an abort stops the following and not the job; stopping kills it', async () => {
    const { deps, runKey } = await prepared('time.sleep(300)')
    const { submissionId } = await submitTraining(deps, { runKey })
    const following = new AbortController()
    const abort = { onProgress: () => following.abort(), signal: following.signal }
    await assert.rejects(() => followTraining(deps, { runKey }, abort), { name: 'AbortError' })
    const { state } = await deps.cluster.status(submissionId)
    assert.ok(state === 'running' || state === 'queued', state)
    await stopTraining(deps, { runKey })
    assert.deepEqual(await deps.cluster.status(submissionId), { state: 'killed' })
    assert.equal((await findRetraining(deps.db, runKey))?.result, 'it was cancelled')
  })

  test('preparing again keeps the first specification', async () => {
    const { deps, runKey, input } = await prepared('pass')
    const before = await findRetraining(deps.db, runKey)
    const rows = async () => {
      throw new Error('the rows are asked once')
    }
    await storeSpec(deps, { ...input, reason: 'another' }, rows)
    assert.deepEqual(await findRetraining(deps.db, runKey), before)
  })
})

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code

/** Calls again while the answer is "ask again", as a worker's retries do. */
async function untilClear<Result>(call: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!isCode('CLUSTER_SUBMISSION_UNCLEAR')(error)) throw error
      await sleep(500)
    }
  }
}
