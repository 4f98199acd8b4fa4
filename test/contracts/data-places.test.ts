import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse, stringify } from 'yaml'
import { objectsOf, storeOf } from '../../contracts/data-places.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { parseSettings } from '../../contracts/settings-text.ts'

const example = parse(
  readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8'),
)
const [name = ''] = Object.keys(example.models)

interface Changes {
  readonly data?: object
  readonly cluster?: object
  readonly objects?: object
  readonly registry?: object
  readonly rollout?: object
}

const settingsWith = ({ data, cluster, objects, registry, rollout }: Changes) =>
  parseSettings(
    stringify({
      ...example,
      cluster: { ...example.cluster, ...cluster },
      objects: { ...example.objects, ...objects },
      registry: registry ?? example.registry,
      ...(rollout && { rollout }),
      models: { [name]: { ...example.models[name], data } },
    }),
    'driftgate.yaml',
  )

const problemsOf = (changes: Changes): string[] => {
  try {
    settingsWith(changes)
    return []
  } catch (error) {
    assert.ok(error instanceof DriftgateError && error.code === 'CONFIG_INVALID')
    return error.problems.map(({ path, message }) => `${path}: ${message}`)
  }
}

const region = 'eu-central'
const here = { dataRegion: region }
const mlflow = { ...example.registry, ...here }
const store = { kind: 'folder', folder: '/srv/models' }
const postgres = { rollout: { kind: 'postgres-alias' } }

test('a model with a region needs cluster, objects and registry in the same one', () => {
  assert.deepEqual(problemsOf({}), [])
  assert.deepEqual(
    problemsOf({ data: { region }, cluster: here, objects: here, registry: mlflow }),
    [],
  )
  const path = `models.${name}.data.region`
  for (const [changes, said] of [
    [{}, 'cluster.dataRegion is not said'],
    [{ cluster: { dataRegion: 'us-east' } }, 'cluster.dataRegion is us-east'],
    [{ cluster: here }, 'objects.dataRegion is not said'],
    [{ cluster: here, objects: here }, 'registry.dataRegion is not said'],
    [
      { cluster: here, objects: here, registry: { kind: 'postgres', store }, ...postgres },
      'registry.store.dataRegion is not said',
    ],
  ] as const) {
    assert.deepEqual(problemsOf({ data: { region }, ...changes }), [
      `${path}: its data stay in ${region}, and ${said}`,
    ])
  }
})

test('places of its own count instead of the common ones', () => {
  const data = {
    region,
    objects: { folder: '/eu/objects', ...here },
    store: { kind: 'folder', folder: '/eu/models', ...here },
  }
  const registry = { kind: 'postgres', store }
  const settings = settingsWith({ data, cluster: here, registry, ...postgres })
  const model = settings.models[name]!
  assert.equal(objectsOf(settings, model).folder, '/eu/objects')
  assert.deepEqual(storeOf(settings, model), data.store)
  const other = { ...model, data: { ...model.data, objects: undefined, store: undefined } }
  assert.equal(objectsOf(settings, other as never).folder, example.objects.folder)
  assert.deepEqual(storeOf(settings, other as never), store)
  assert.deepEqual(
    problemsOf({
      ...{ data: { ...data, store: { kind: 'folder', folder: '/eu/models' } } },
      ...{ cluster: here, registry, ...postgres },
    }),
    [
      `models.${name}.data.region: its data stay in eu-central, and data.store.dataRegion is not said`,
    ],
  )
})

test('a folder of its own is a whole path, and MLflow has no store for one model', () => {
  for (const data of [
    { objects: { folder: 'objects' } },
    { store: { kind: 'folder', folder: 'models' } },
  ]) {
    const [problem = ''] = problemsOf({ data, registry: { kind: 'postgres', store }, ...postgres })
    assert.match(problem, /whole path/)
  }
  const [problem = ''] = problemsOf({ data: { store } })
  assert.match(problem, /data\.store: files of versions are where mlflow keeps them/)
})

test('what the page on where data stays says of models is a valid configuration', () => {
  const page = readFileSync(
    new URL('../../docs/how-to/where-data-stays.md', import.meta.url),
    'utf8',
  )
  const blocks = [...page.matchAll(/```yaml\n(models:\n[\s\S]*?)```/g)].map(
    ([, block = '']) => parse(block).models['car-loan'].data,
  )
  assert.equal(blocks.length, 2)
  const [encrypted, placed] = blocks
  assert.deepEqual(problemsOf({ data: encrypted }), [])
  assert.equal(settingsWith({ data: encrypted }).models[name]?.data.encryption?.keys.length, 2)
  const registry = { kind: 'postgres', store }
  assert.deepEqual(problemsOf({ data: placed, cluster: here, registry, ...postgres }), [])
})
