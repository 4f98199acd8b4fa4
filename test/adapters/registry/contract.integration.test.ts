import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { registries } from '../../../adapters/registry/index.ts'
import type { ModelRegistry, NewVersion } from '../../../adapters/registry/model-registry.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { cuttingProxy } from '../../support/cutting-proxy.ts'
import { servers } from '../../support/servers.ts'

/** How each kind is opened against its real server; `url` may lead through a proxy. */
const rigs: Record<
  keyof typeof registries,
  { url: () => string; open: (url: string) => ModelRegistry }
> = {
  mlflow: { url: () => servers().mlflow, open: registries.mlflow },
}

const newName = () => `trial-${randomBytes(6).toString('hex')}`
const bytes = (text: string) => new TextEncoder().encode(text)
const candidate = (name: string, runKey: string): NewVersion => ({
  name,
  runKey,
  files: new Map([
    ['model.json', bytes(`{"made by":"${runKey}"}`)],
    ['reference.profile', new Uint8Array([0, 255, 128, 10, 13])],
  ]),
  metrics: { brier: 0.05, rows: 1_000 },
  tags: { 'driftgate.marker': 'abc' },
})

for (const [kind, rig] of Object.entries(rigs)) {
  describe(`model registry ${kind}`, { concurrency: true }, () => {
    test('a version is registered once per run key, with its tags', async () => {
      const registry = rig.open(rig.url())
      const name = newName()
      assert.equal(await registry.find(name, 'aaa'), null)
      const first = await registry.register(candidate(name, 'aaa'))
      assert.deepEqual(await registry.register(candidate(name, 'aaa')), first)
      const second = await registry.register(candidate(name, 'bbb'))
      assert.notEqual(second.version, first.version)
      assert.equal(await registry.find(name, 'aaa'), first.version)
      const version = await registry.version(name, first.version)
      assert.equal(version?.runKey, 'aaa')
      assert.equal(version?.tags['driftgate.marker'], 'abc')
      await registry.setTag(name, first.version, 'driftgate.note', 'x')
      const tagged = await registry.version(name, first.version)
      assert.equal(tagged?.tags['driftgate.note'], 'x')
    })

    test('files come back byte for byte', async () => {
      const registry = rig.open(rig.url())
      const given = candidate(newName(), 'ccc')
      const { version } = await registry.register(given)
      for (const [file, content] of given.files) {
        assert.deepEqual(await registry.download(given.name, version, file), content)
      }
    })

    test('what is not there is null or a coded refusal', async () => {
      const registry = rig.open(rig.url())
      const name = newName()
      assert.equal(await registry.version(name, '1'), null)
      const { version } = await registry.register(candidate(name, 'ddd'))
      assert.equal(await registry.version(name, '99'), null)
      const rejected = isCode('REGISTRY_REJECTED')
      await assert.rejects(() => registry.download(name, version, 'none.json'), rejected)
      await assert.rejects(() => registry.download(name, '99', 'model.json'), rejected)
    })

    test('a registration that loses an answer at any step ends as one version', async () => {
      const proxy = await cuttingProxy(rig.url())
      try {
        const registry = rig.open(proxy.url)
        const name = newName()
        let versions = new Set<string>()
        for (let skip = 0; versions.size === 0; skip++) {
          proxy.cutAfter(skip)
          const attempt = registry.register(candidate(name, 'eee'))
          versions = await attempt.then(
            ({ version }) => new Set([version]),
            (error: unknown) => {
              assert.ok(isCode('REGISTRY_UNREACHABLE')(error), String(error))
              return new Set()
            },
          )
        }
        assert.ok(proxy.cuts > 5, `${proxy.cuts} answers were lost`)
        assert.equal(await registry.find(name, 'eee'), '1')
        assert.equal(await registry.version(name, '2'), null)
      } finally {
        await proxy.close()
      }
    })

    test('a registry that is not there is unreachable', async () => {
      const registry = rig.open('http://127.0.0.1:1')
      await assert.rejects(() => registry.find('trial', 'aaa'), isCode('REGISTRY_UNREACHABLE'))
    })
  })
}

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code
