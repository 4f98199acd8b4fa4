import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { objectStores } from '../../../adapters/objects/index.ts'
import { creatingOnce, type ObjectStore } from '../../../adapters/objects/object-store.ts'
import { cuttingProxy } from '../../support/cutting-proxy.ts'
import { s3Server } from '../../support/s3-server.ts'

const folder = await mkdtemp(join(tmpdir(), 'driftgate-objects-'))
const s3 = await s3Server()
after(async () => {
  await s3.close()
  await rm(folder, { recursive: true, force: true })
})

const openS3 = (changes: { endpoint?: string; bucket?: string; secretKey?: string } = {}) => {
  const { secretKey = s3.secretKey, ...rest } = changes
  const at = { endpoint: s3.endpoint, bucket: s3.bucket, accessKey: s3.accessKey, ...rest }
  return objectStores.s3(
    { kind: 's3', region: 'us-east-1', prefix: 'teams/a', secretKey: { env: 'UNUSED' }, ...at },
    () => secretKey,
    'registry.store',
  )
}

/** How each kind is opened against what it really stores in; every call is another process, as far as it can tell. */
const rigs: Record<keyof typeof objectStores, { open: () => ObjectStore; refused: ObjectStore }> = {
  folder: {
    open: () => objectStores.folder({ kind: 'folder', folder }, () => '', ''),
    // A file is no folder: not even root can make one in it.
    refused: objectStores.folder({ kind: 'folder', folder: '/dev/null/objects' }, () => '', ''),
  },
  s3: { open: openS3, refused: openS3({ bucket: 'nowhere' }) },
}

const text = (value: string) => new TextEncoder().encode(value)
const newKey = () => `models/${randomBytes(6).toString('hex')}/a%20b_c-d.json`

for (const [kind, { open, refused }] of Object.entries(rigs)) {
  describe(`object store ${kind}`, () => {
    test('what was created is read byte for byte, by others too; what is not there is null', async () => {
      const key = newKey()
      assert.equal(await open().read(key), null)
      for (const bytes of [new Uint8Array(), new Uint8Array([0, 255, 13, 10]), randomBytes(3e6)]) {
        const own = `${key}.${bytes.length}`
        assert.equal(await open().create(own, bytes), 'created')
        assert.deepEqual(await open().read(own), new Uint8Array(bytes))
      }
    })

    test('what is there is never written over', async () => {
      const key = newKey()
      assert.equal(await open().create(key, text('first')), 'created')
      assert.equal(await open().create(key, text('second')), 'exists')
      assert.deepEqual(await open().read(key), text('first'))
    })

    test('of many creators at once exactly one is told so, and its bytes are there', async () => {
      const key = newKey()
      const names = Array.from({ length: 10 }, (_, index) => `creator ${index} `.repeat(2_000))
      const answers = await Promise.all(
        names.map(async (name) => {
          // A server that is at it for another one says so, and is asked again.
          for (;;) {
            const answer = await open()
              .create(key, text(name))
              .catch((error: { code?: string }) => {
                if (error.code !== 'OBJECTS_UNREACHABLE') throw error
                return null
              })
            if (answer !== null) return answer
          }
        }),
      )
      const winners = names.filter((_, index) => answers[index] === 'created')
      assert.equal(winners.length, 1)
      assert.deepEqual(await open().read(key), text(winners[0] ?? ''))
    })

    test('it shows that it creates once, however often it is asked', async () => {
      const store = open()
      assert.equal(await creatingOnce(store), store)
      assert.equal(await creatingOnce(open()).then(({ kind }) => kind), kind)
    })

    test('keys that lead elsewhere are refused', async () => {
      for (const key of ['', '/a', '../a', 'a/../../b', 'a//b', 'a b', 'ä']) {
        await assert.rejects(open().create(key, text('x')), { code: 'OBJECTS_REJECTED' })
        await assert.rejects(open().read(key), { code: 'OBJECTS_REJECTED' })
      }
    })

    test('a place that is not there is a coded refusal, for reading too', async () => {
      await assert.rejects(refused.create('a', text('x')), { code: 'OBJECTS_REJECTED' })
      await assert.rejects(refused.read('a'), { code: 'OBJECTS_REJECTED' })
    })
  })
}

test('a store that creates twice is found out', async () => {
  const honest = rigs.folder.open()
  const forgetful = { ...honest, create: async () => 'created' as const }
  await assert.rejects(creatingOnce(forgetful), { code: 'OBJECTS_CREATE_TWICE' })
})

test('nothing half written stays in a folder', async () => {
  const key = newKey()
  await Promise.all(Array.from({ length: 5 }, () => rigs.folder.open().create(key, text('x'))))
  const left = await readdir(folder, { recursive: true })
  assert.deepEqual(
    left.filter((name) => name.endsWith('.part')),
    [],
  )
})

test('a server that is away is unreachable, wrong keys are refused, and neither tells the key', async () => {
  const away = openS3({ endpoint: 'http://127.0.0.1:1' })
  await assert.rejects(away.read('a'), { code: 'OBJECTS_UNREACHABLE' })
  const wrong = await openS3({ secretKey: 'not-the-key' })
    .create('a', text('x'))
    .catch((error: Error) => error)
  assert.equal((wrong as { code?: string }).code, 'OBJECTS_REJECTED')
  assert.match(String(wrong), /403 SignatureDoesNotMatch/)
  assert.doesNotMatch(String(wrong), /not-the-key/)
})

test('a creation whose answer was lost exists when it is asked for again, with its bytes', async () => {
  const proxy = await cuttingProxy(s3.endpoint)
  try {
    const store = openS3({ endpoint: proxy.url })
    const key = newKey()
    proxy.cutNext(1)
    await assert.rejects(store.create(key, text('once')), { code: 'OBJECTS_UNREACHABLE' })
    assert.equal(await store.create(key, text('once')), 'exists')
    assert.deepEqual(await store.read(key), text('once'))
    assert.equal(proxy.cuts, 1)
  } finally {
    await proxy.close()
  }
})
