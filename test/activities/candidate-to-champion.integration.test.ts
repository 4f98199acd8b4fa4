import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { adoptReference } from '../../activities/adopt-reference.ts'
import { compareCandidate } from '../../activities/compare-candidate.ts'
import { compareVersions } from '../../activities/compared-versions.ts'
import { confirmServing } from '../../activities/confirm-serving.ts'
import { registerFirst } from '../../activities/first-model.ts'
import { promote, targetGeneration } from '../../activities/promote.ts'
import { registerCandidate } from '../../activities/register-candidate.ts'
import { releaseEvidence } from '../../activities/release-evidence.ts'
import type { TrainingDeps } from '../../activities/training-deps.ts'
import { openCluster } from '../../adapters/cluster/index.ts'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { findCandidate } from '../../adapters/postgres/candidates.ts'
import { latestPromotion } from '../../adapters/postgres/promotions.ts'
import { referenceInForce, segmentReferences } from '../../adapters/postgres/references.ts'
import { insertRetraining } from '../../adapters/postgres/retrainings.ts'
import { openRegistry } from '../../adapters/registry/index.ts'
import { openRolloutTarget } from '../../adapters/serving/index.ts'
import type { Settings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { allTo } from '../../contracts/traffic.ts'
import { classMetricsSchema, numberMetricsSchema } from '../../contracts/training.ts'
import { decodeProfile, decodeSample, sampledRows } from '../../profiles/index.ts'
import { gainsOf } from '../../reports/release-gain.ts'
import { regressionMetrics } from '../../statistics/metrics/regression.ts'
import { withSegments } from '../support/segmented-run.ts'
import { clusterSettings } from '../support/training-cluster.ts'
import { trainingPlace } from '../support/training-place.ts'
import { type RunOptions, trainingRun } from '../support/training-run.ts'
import { trainingSettings } from '../support/training-settings.ts'

const accuracyOf = (metrics: unknown): number => classMetricsSchema.parse(metrics).accuracy

/** The same run, of a model that foretells numbers: 10 above the threshold, where the world has 10 above the truth. */
function ofNumbersInstead(files: Record<string, unknown>): void {
  const model = files['model.json'] as Record<string, unknown> & { trees: unknown[][][] }
  const parity = files['parity.json'] as { scores: number[] }
  const holdout = files['holdout.json'] as { label: number; features: { amount: number } }[]
  const [split] = model.trees[0] as [number[]]
  const { classes: _, ...others } = model
  files['model.json'] = { ...others, link: 'identity', trees: [[split, [0], [10]]] }
  const amounts = holdout.map(({ features }) => features.amount)
  const scores = amounts.map((amount) => (amount > (split[1] as number) ? 10 : 0))
  files['parity.json'] = { ...parity, scores }
  // What no model can know: half a unit up or down.
  const labels = holdout.map(({ label }, row) => label * 10 + (row % 2 === 0 ? 0.5 : -0.5))
  files['holdout.json'] = holdout.map((row, index) => ({ ...row, label: labels[index] }))
  const { mae, rmse, median_absolute_error, r2, bias } = regressionMetrics(labels, scores)
  files['metrics.json'] = { rows: labels.length, mae, rmse, median_absolute_error, r2, bias }
}

const newRunKey = () => randomBytes(6).toString('hex')

/** Every registry with its rollout target, of the same server; `folder` is the test's own. */
const houses: Record<
  Settings['registry']['kind'],
  (folder: string) => Partial<Pick<Settings, 'registry' | 'rollout'>>
> = {
  mlflow: () => ({}),
  postgres: (folder) => ({
    registry: { kind: 'postgres', store: { kind: 'folder', folder: join(folder, 'store') } },
    rollout: { kind: 'postgres-alias' },
  }),
}

for (const [kind, house] of Object.entries(houses))
  describe(`from a finished run to the champion, in ${kind}`, { concurrency: true }, () => {
    const place = trainingPlace()

    /** A model of its own. */
    function world(
      serving = 'http://127.0.0.1:1',
      changes: Parameters<typeof trainingSettings>[2] = {},
    ) {
      const model = `trial-${newRunKey()}`
      const ofMlflow = trainingSettings(model, clusterSettings('/none.py'), {
        features: { amount: { type: 'numeric' } },
        comparison: { metric: 'accuracy', minimumGain: 0.01 },
        serving: { url: serving },
        ...changes,
      })
      const settings = { ...ofMlflow, ...house(place.folder.path) }
      const opening = { db: place.beside, secretOf: readSecret }
      const registry = openRegistry(settings.registry, opening)
      const deps: TrainingDeps = {
        db: place.db,
        cluster: openCluster(settings.cluster, { secret: null }),
        registry,
        rollout: openRolloutTarget(settings, { ...opening, versions: registry }),
        objects: place.folder.path,
        clock: Date.now,
        settings: async () => settings,
        log: { offsets: async () => [] },
      }
      /** A retraining whose job has left its folder. */
      const run = async (threshold: number, truth: number, more: Partial<RunOptions> = {}) => {
        const runKey = newRunKey()
        const input = {
          model,
          runKey,
          prefix: '',
          incident: null,
          requestedBy: [],
          reason: 'trial',
        }
        await insertRetraining(deps.db, { ...input, from: '2024-01-01T00:00:00Z' }, 'digest')
        await trainingRun(place.folder.path, { model, runKey, threshold, truth, ...more })
        return runKey
      }
      /** The first champion: right about the old world, where the truth was 50. */
      const champion = async () => {
        const kept = await trainingRun(join(place.folder.path, 'kept'), {
          model,
          runKey: newRunKey(),
          threshold: 50,
          truth: 50,
        })
        return registerFirst(deps, { model, folder: kept })
      }
      return { model, deps, run, champion }
    }

    test('the segments of the training rows come into force with their reference', async () => {
      const { model, deps, run } = world()
      const runKey = await run(50, 50, { marked: withSegments })
      const { version } = await registerCandidate(deps, { runKey })
      for (let twice = 0; twice < 2; twice++) await adoptReference(deps, { runKey })
      const reference = await referenceInForce(deps.db, model, { version })
      assert.ok(reference !== null)
      const rowsOf = (profile: Uint8Array) => decodeProfile(profile, reference.binning).rows
      assert.equal(rowsOf(reference.profile), 200, 'the reference of all rows is not one of them')
      const sample = sampledRows(decodeSample(reference.sample as Uint8Array))
      assert.deepEqual([sample.length, sample[0]?.values.length], [200, 2])
      const segments = await segmentReferences(deps.db, reference)
      assert.deepEqual(
        segments.map(({ segment, profile }) => [segment, rowsOf(profile)]).toSorted(),
        [
          ['plan=(other)', 80],
          ['plan=a', 120],
        ],
      )
    })

    test('the first model becomes champion with its reference, from a folder kept elsewhere', async () => {
      const { model, deps, champion } = world()
      const first = await champion()
      assert.equal((await targetGeneration(deps, { model })).version, first.version)
      assert.deepEqual(await referencesOf(deps.db, model), [first.version])
      assert.equal((await referenceInForce(deps.db, model))?.binning.model, model)
      assert.equal((await latestPromotion(deps.db, model))?.previousVersion, null)
    })

    test('a candidate is registered once, however often and by how many at a time', async () => {
      const { deps, run } = world()
      const runKey = await run(100, 100)
      const versions = await Promise.all(
        [1, 2, 3].map(() => registerCandidate(deps, { runKey }).then(({ version }) => version)),
      )
      assert.deepEqual(versions, ['1', '1', '1'])
      await deps.db.query('delete from candidates where run_key = $1', [runKey])
      assert.deepEqual(await registerCandidate(deps, { runKey }), { version: '1' })
      const candidate = await findCandidate(deps.db, runKey)
      assert.equal(accuracyOf(candidate?.metrics), 1)
      assert.equal(new Date(candidate?.heldOut.end ?? 0).toISOString(), '2024-03-01T00:00:00.000Z')
    })

    test('a file that changed, is missing, or scores otherwise is not registered', async () => {
      const { model, deps, run } = world()
      const changed = await run(100, 100, {
        late: (path) => appendFile(join(path, 'holdout.json'), ' '),
      })
      const missing = await run(100, 100, {
        marked: (files) => delete files['reference.profile'],
      })
      const otherwise = await run(100, 100, {
        marked: (files) => {
          const parity = files['parity.json'] as { scores: number[] }
          parity.scores[7] = parity.scores[7]! + 1e-6
        },
      })
      const unreadable = await run(100, 100, {
        marked: (files) => {
          files['reference.profile'] = new Uint8Array([1, 2, 3])
        },
      })
      for (const runKey of [changed, missing, otherwise, unreadable]) {
        await assert.rejects(() => registerCandidate(deps, { runKey }), isCode('ARTEFACT_INVALID'))
        assert.equal(await deps.registry.find(model, runKey), null)
      }
    })

    test('candidates that foretell numbers are compared by their mean absolute error', async () => {
      const { model, deps, run } = world(undefined, {
        labels: { topic: `numbers-${newRunKey()}`, task: 'regression' },
        comparison: {},
      })
      const kept = await trainingRun(join(place.folder.path, 'kept'), {
        ...{ model, runKey: newRunKey(), threshold: 50, truth: 50 },
        marked: ofNumbersInstead,
      })
      await registerFirst(deps, { model, folder: kept })
      const runKey = await run(100, 100, { marked: ofNumbersInstead })
      const { comparison, champion, candidate, oldWorld } = await compareCandidate(deps, { runKey })
      // The champion is wrong by 10 on the 50 rows from 51 to 100, on which it says 10 where 0 came.
      assert.deepEqual([comparison.result, comparison.metric], ['BETTER', 'mae'])
      assert.equal(numberMetricsSchema.parse(candidate).mae, 0.5)
      assert.equal(numberMetricsSchema.parse(champion).mae, (150 * 0.5 + 50 * 10) / 200)
      assert.equal(numberMetricsSchema.parse(oldWorld?.champion).mae, 0.5)
      assert.match(comparison.reason, /mean absolute error 2\.8750 -> 0\.5000 on 200 held-out rows/)
      const settings = trainingSettings(model, clusterSettings(place.folder.path), {
        labels: { topic: 'numbers', task: 'regression' },
      })
      const evidence = await releaseEvidence(
        {
          ...{ db: deps.db, settings: async () => settings },
          targetGeneration: (input) => targetGeneration(deps, input),
        },
        { model, release: `${model}/1`, runKey, incident: null },
      )
      assert.deepEqual(
        gainsOf(evidence).map(({ title }) => title),
        ['MAE', 'RMSE', 'R²', 'bias'],
      )
      assert.match(
        evidence.knownLimits[0] ?? '',
        /^worse on the 200 rows .* mean absolute error 0\.500 to 2\.875$/,
      )
    })

    test('a candidate that knows the new world is better there and worse on the old one', async () => {
      const { model, deps, run, champion } = world()
      const first = await champion()
      const runKey = await run(100, 100)
      const compared = await compareCandidate(deps, { runKey })
      const { result, code, gain } = compared.comparison
      assert.deepEqual([result, code, compared.passes], ['BETTER', 'GAIN', 'yes'])
      assert.equal(compared.championVersion, first.version)
      assert.equal(accuracyOf(compared.candidate), 1)
      assert.equal(accuracyOf(compared.champion), 0.75)
      assert.equal(accuracyOf(compared.oldWorld?.champion), 1)
      assert.equal(accuracyOf(compared.oldWorld?.candidate), 0.75)
      assert.match(
        compared.reason,
        /accuracy 0\.7500 -> 1\.0000 on 200 held-out rows, gain 0\.2500/,
      )
      assert.deepEqual([gain?.method, gain?.rows, gain?.gain], ['mcnemar', 200, 0.25])
      assert.ok(gain !== null && gain.low > 0.01 && gain.p < 1e-9)
      assert.deepEqual((await findCandidate(deps.db, runKey))?.comparison, compared)
      assert.deepEqual(await compareCandidate(deps, { runKey }), compared, 'said again the same')
      const { version } = await registerCandidate(deps, { runKey })
      const challenger = async () =>
        (await deps.rollout.read({ name: model, alias: 'challenger' })).version
      assert.equal(await challenger(), version)
      const { tags } = (await deps.registry.version(model, version)) ?? {}
      assert.equal(tags?.['driftgate.comparison'], 'BETTER')
      const same = await compareCandidate(deps, { runKey: await run(50, 100) })
      assert.deepEqual([same.comparison.code, same.passes], ['SAME_ANSWERS', 'no'])
      assert.equal(await challenger(), version, 'what does not stand for release is none')
      const expectedGeneration = (await targetGeneration(deps, { model })).generation
      await promote(deps, { model, version, expectedGeneration })
      assert.equal(await challenger(), null)
      await compareCandidate(deps, { runKey })
      assert.equal(await challenger(), null, 'it serves')
    })

    test('a candidate that was gained by one segment and paid for by another is refused by name', async () => {
      const { deps, run, champion } = world('http://127.0.0.1:1', {
        features: { amount: { type: 'numeric' }, region: { type: 'categorical' } },
        segments: ['region'],
        comparison: { metric: 'accuracy', segments: { minimumRows: 40 } },
      })
      await champion()
      // It is right about the 50 rows between the two thresholds, and wrong about the last 40, a region of their own.
      const runKey = await run(100, 100, {
        marked: (files) => {
          const rows = files['holdout.json'] as {
            label: number
            features: Record<string, unknown>
          }[]
          for (const [row, { features }] of rows.entries()) {
            features['region'] = row < 10 ? 'west' : row < 50 ? 'north' : 'south'
          }
          // The champion calls amounts above 50 a 1, the candidate those above 100: up to 50 both say 0.
          for (const row of rows.slice(51, 90)) Object.assign(row.features, { region: 'north' })
          for (const row of rows.slice(60, 88)) row.label = 1
          for (const row of rows.slice(88, 101)) row.features['region'] = 'south'
        },
      })
      const { comparison } = await compareCandidate(deps, { runKey })
      const segments = comparison.guards.find(({ guard }) => guard === 'segments')
      assert.deepEqual(
        segments?.worst.map(({ name }) => name),
        ['region=north', 'region=south'],
      )
      assert.deepEqual([segments?.judged, segments?.tooSmall], [2, 1])
      assert.equal(segments?.state, 'refused', segments?.sentence)
      assert.equal(comparison.result, 'WORSE')
      assert.match(comparison.reason, /^segments that are worse in accuracy .* region=north by/)
    })

    test('held-out rows from the time that the champion was trained on decide nothing: people are asked', async () => {
      const { model, deps, run, champion } = world()
      const first = await champion()
      await deps.db.query(
        `update candidates set trained_on = tstzrange('2024-01-01', '2024-02-10', '[]')
       where model = $1 and version = $2`,
        [model, first.version],
      )
      const runKey = await run(100, 100)
      const { comparison, passes } = await compareCandidate(deps, { runKey })
      assert.deepEqual(
        [comparison.result, comparison.code, passes],
        ['UNDECIDED', 'WINDOWS_OVERLAP', 'person'],
      )
      assert.match(comparison.reason, /the time that the champion was trained on/)
    })

    test('without a champion a person is asked, and the evidence says that nothing was compared', async () => {
      const { deps, run } = world()
      const runKey = await run(100, 100)
      const { comparison, championVersion, oldWorld } = await compareCandidate(deps, { runKey })
      assert.deepEqual([comparison.code, comparison.passes], ['FIRST_RUN', 'person'])
      assert.deepEqual([championVersion, oldWorld, comparison.gain], [null, null, null])
    })

    test('a former version may come back: any two versions are compared, on the rows of either', async () => {
      const { model, deps, run, champion } = world()
      const first = await champion()
      const runKey = await run(100, 100)
      const { version } = await registerCandidate(deps, { runKey })
      const back = { model, candidate: first.version, champion: version }
      const onOld = await compareVersions(deps, back)
      assert.equal(onOld.comparison.result, 'BETTER', 'on the rows of the old world')
      const onNew = await compareVersions(deps, { ...back, judgedOn: version })
      assert.deepEqual([onNew.comparison.result, onNew.comparison.code], ['WORSE', 'LOSS'])
    })

    test('when the old world comes back, the version that knew it goes on instead of what was trained now', async () => {
      const { model, deps, run, champion } = world()
      const first = await champion()
      const newWorld = await run(100, 100)
      const second = await registerCandidate(deps, { runKey: newWorld })
      const serve = async (version: string) => {
        const { generation } = await targetGeneration(deps, { model })
        await promote(deps, { model, version, expectedGeneration: generation })
      }
      await serve(second.version)
      await adoptReference(deps, { runKey: newWorld, version: second.version })

      const runKey = await run(60, 50)
      const compared = await compareCandidate(deps, { runKey })
      assert.equal(compared.version, first.version)
      assert.equal(compared.championVersion, second.version)
      assert.deepEqual([compared.comparison.result, compared.passes], ['BETTER', 'yes'])
      assert.equal(accuracyOf(compared.candidate), 1)
      assert.match(compared.reason, new RegExp(`^version ${first.version}, which served before`))
      const trained = await registerCandidate(deps, { runKey })
      const tags = (await deps.registry.version(model, trained.version))?.tags
      assert.equal(tags?.['driftgate.comparison'], 'BETTER', 'of what was trained now')

      const evidence = await releaseEvidence(
        {
          db: deps.db,
          settings: deps.settings,
          targetGeneration: (input) => targetGeneration(deps, input),
        },
        { model, release: `${model}/3`, runKey, incident: null },
      )
      assert.equal(evidence.candidate.version, first.version)
      assert.notEqual(evidence.candidate.runKey, runKey)
      assert.match(evidence.knownLimits[0] ?? '', /served before and comes back.* than version/)
      await serve(first.version)
      await adoptReference(deps, { runKey, version: first.version })
      assert.deepEqual(await referencesOf(deps.db, model), [first.version, second.version])

      const settings = await deps.settings()
      const own = settings.models[model]!
      const none = { ...own, comparison: { ...own.comparison, former: 0 } }
      const alone = { ...deps, settings: async () => ({ ...settings, models: { [model]: none } }) }
      await serve(second.version)
      const same = await compareCandidate(alone, { runKey })
      assert.equal(same.version, undefined, 'only where it is asked for')
    })

    test('a promotion moves the alias once and keeps the way back in the table', async () => {
      const { model, deps, run, champion } = world()
      const first = await champion()
      const runKey = await run(100, 100)
      const { version } = await registerCandidate(deps, { runKey })
      const { generation } = await targetGeneration(deps, { model })
      const input = { model, version, expectedGeneration: generation }
      const moved = await promote(deps, input)
      assert.notEqual(moved.generation, generation)
      assert.deepEqual(await promote(deps, input), moved)
      const promotion = await latestPromotion(deps.db, model)
      assert.equal(promotion?.previousVersion, first.version)
      assert.equal(promotion?.generation, moved.generation)
      await adoptReference(deps, { runKey })
      await adoptReference(deps, { runKey })
      assert.deepEqual(await referencesOf(deps.db, model), [first.version, version])
    })

    test('a move whose worker died right after it is on record once it is repeated', async () => {
      const { model, deps, run, champion } = world()
      await champion()
      const { version } = await registerCandidate(deps, { runKey: await run(100, 100) })
      const { generation } = await targetGeneration(deps, { model })
      const input = { model, version, expectedGeneration: generation }
      const onPhase = (phase: string) => {
        if (phase === 'after move') throw new Error('the worker dies')
      }
      await assert.rejects(promote({ ...deps, onPhase }, input), /the worker dies/)
      assert.equal((await latestPromotion(deps.db, model))?.movedAt, null)
      const moved = await promote(deps, input)
      const promotion = await latestPromotion(deps.db, model)
      assert.equal(promotion?.generation, moved.generation)
      assert.notEqual(promotion?.movedAt, null)
    })

    test('a promotion is refused when somebody moved the alias meanwhile', async () => {
      const { model, deps, run, champion } = world()
      await champion()
      const { generation } = await targetGeneration(deps, { model })
      const other = await registerCandidate(deps, { runKey: await run(70, 70) })
      const place = { name: model, alias: 'champion' }
      await deps.rollout.set(place, allTo(other.version), generation)
      const { version } = await registerCandidate(deps, { runKey: await run(100, 100) })
      const input = { model, version, expectedGeneration: generation }
      await assert.rejects(() => promote(deps, input), isCode('RELEASE_STALE'))
      assert.equal((await targetGeneration(deps, { model })).version, other.version)
    })

    test('nothing moves while the version in place could not be brought back', async () => {
      const { model, deps, run } = world()
      const broken = { name: model, runKey: newRunKey(), files: new Map(), metrics: {}, tags: {} }
      const { version: inPlace } = await deps.registry.register(broken)
      const place = { name: model, alias: 'champion' }
      const empty = await targetGeneration(deps, { model })
      const { generation } = await deps.rollout.set(place, allTo(inPlace), empty.generation)
      const { version } = await registerCandidate(deps, { runKey: await run(100, 100) })
      const input = { model, version, expectedGeneration: generation }
      await assert.rejects(() => promote(deps, input), isCode('ROLLBACK_TARGET_MISSING'))
      assert.equal((await targetGeneration(deps, { model })).version, inPlace)
    })

    test('serving is confirmed once the server names the version, and not before', async () => {
      let served = '1'
      const server = createServer((request, response) => {
        response.setHeader('Content-Type', 'application/json')
        const ready = request.url?.endsWith('/ready')
        response.end(ready ? '' : JSON.stringify({ name: 'trial', versions: [served] }))
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as { port: number }
      try {
        const { model, deps } = world(`http://127.0.0.1:${port}`)
        const input = { model, version: '2' }
        const soon = () => confirmServing(deps, input, { patienceMs: 200 })
        await assert.rejects(soon, isCode('SERVING_NOT_MOVED'))
        setTimeout(() => {
          served = '2'
        }, 300)
        await confirmServing(deps, input, { patienceMs: 5_000 })
      } finally {
        await new Promise((resolve) => server.close(resolve))
      }
    })
  })

/** Versions with a reference of their own, oldest first. */
async function referencesOf(db: TrainingDeps['db'], model: string): Promise<string[]> {
  const { rows } = await db.query<{ model_version: string }>(
    'select model_version from model_references where model = $1 order by id',
    [model],
  )
  return rows.map((row) => row.model_version)
}

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code
