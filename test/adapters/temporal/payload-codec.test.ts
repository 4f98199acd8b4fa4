import assert from 'node:assert/strict'
import { createDecipheriv, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { defaultPayloadConverter, type Payload } from '@temporalio/common'
import type { EncryptionKey } from '../../../adapters/encryption/aes-gcm.ts'
import { temporalAccess } from '../../../adapters/temporal/access.ts'
import { encryptingCodec } from '../../../adapters/temporal/payload-codec.ts'
import { temporalSettings } from '../../../contracts/temporal-settings.ts'

const keyOf = (id: string): EncryptionKey => ({ id, key: randomBytes(32) })
const [first, second] = [keyOf('2026-01'), keyOf('2026-02')]
const of = (...keys: [EncryptionKey, ...EncryptionKey[]]) => encryptingCodec(keys, 'default')
const plain = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) as Payload
const contentOf = (payload: Payload) => defaultPayloadConverter.fromPayload(payload)
const only = async (result: Promise<Payload[]>): Promise<Payload> => (await result)[0] as Payload
const textOf = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString()

test('what is encoded comes back the same, metadata and all, and says neither value nor type', async () => {
  for (const value of [
    { secret: 'marker' },
    'marker',
    new Uint8Array([0, 255, 7]),
    undefined,
    '',
  ]) {
    const before = plain(value)
    const sent = await only(of(first).encode([before]))
    assert.deepEqual(Object.keys(sent.metadata ?? {}).sort(), ['encoding', 'encryption-key-id'])
    assert.equal(textOf(sent.metadata?.['encryption-key-id']), '2026-01')
    assert.doesNotMatch(textOf(sent.data), /marker|json\/plain/)
    const after = await only(of(first).decode([sent]))
    assert.deepEqual(contentOf(after), value)
    assert.deepEqual(
      Object.entries(after.metadata ?? {}).map(([name, bytes]) => [name, textOf(bytes)]),
      Object.entries(before.metadata ?? {}).map(([name, bytes]) => [name, textOf(bytes)]),
    )
  }
})

test('the bytes are AES-256-GCM as Node has it: vector, tag, text, bound to format, key and namespace', async () => {
  const { data } = await only(of(first).encode([plain('marker')]))
  const bytes = Buffer.from(data ?? [])
  const decipher = createDecipheriv('aes-256-gcm', first.key, bytes.subarray(0, 12))
  decipher.setAAD(Buffer.from('["binary/encrypted","2026-01","default"]'))
  decipher.setAuthTag(bytes.subarray(12, 28))
  const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString()
  assert.ok(text.endsWith('"marker"'))
})

test('the same value twice is never the same bytes', async () => {
  const [one, other] = await of(first).encode([plain('marker'), plain('marker')])
  assert.notDeepEqual(one?.data, other?.data)
})

test('the first key encrypts, every key decrypts', async () => {
  const old = await only(of(first).encode([plain('old')]))
  const rotated = of(second, first)
  const fresh = await only(rotated.encode([plain('new')]))
  assert.equal(textOf(fresh.metadata?.['encryption-key-id']), '2026-02')
  assert.deepEqual((await rotated.decode([old, fresh])).map(contentOf), ['old', 'new'])
})

test('a key that nobody has is told by its id', async () => {
  const sent = await only(of(first).encode([plain('marker')]))
  await assert.rejects(of(second).decode([sent]), {
    code: 'TEMPORAL_KEY_UNKNOWN',
    details: { id: '2026-01' },
  })
})

test('what was changed, cut, moved, or encrypted with other bits under the id is refused', async () => {
  const sent = await only(of(first).encode([plain('marker')]))
  const data = Buffer.from(sent.data ?? [])
  const flipped = (place: number) => {
    const bytes = Buffer.from(data)
    bytes[place] = (bytes[place] ?? 0) ^ 1
    return { ...sent, data: bytes }
  }
  const other = { ...sent.metadata, 'encryption-key-id': Buffer.from('2026-02') }
  const unreadable = { code: 'TEMPORAL_PAYLOAD_UNREADABLE' }
  for (const place of [0, 12, 28, data.length - 1]) {
    await assert.rejects(of(first).decode([flipped(place)]), unreadable)
  }
  for (const length of [0, 12, 20, data.length - 1]) {
    await assert.rejects(
      of(first).decode([{ ...sent, data: data.subarray(0, length) }]),
      unreadable,
    )
  }
  await assert.rejects(of(first, second).decode([{ ...sent, metadata: other }]), unreadable)
  await assert.rejects(encryptingCodec([first], 'elsewhere').decode([sent]), unreadable)
  await assert.rejects(of({ ...second, id: first.id }).decode([sent]), unreadable)
})

test('what was stored before encryption was switched on is read as it is', async () => {
  assert.equal(contentOf(await only(of(first).decode([plain('plain')]))), 'plain')
})

test('without keys in the settings nothing is converted; keys are 32 bytes in base64', () => {
  const settings = { address: 'localhost:7233' }
  const secretOf = (value: string) => () => value
  assert.deepEqual(temporalAccess(temporalSettings.parse(settings), secretOf('')), {
    address: 'localhost:7233',
    namespace: 'default',
  })
  const encryption = { keys: [{ id: 'a', key: { env: 'A' } }] }
  const parsed = temporalSettings.parse({ ...settings, encryption })
  const good = randomBytes(32).toString('base64')
  const access = temporalAccess(parsed, secretOf(good))
  assert.equal(access.dataConverter?.payloadCodecs?.length, 1)
  for (const bad of ['', 'x', randomBytes(16).toString('base64'), `${good.slice(0, -2)}!=`]) {
    assert.throws(() => temporalAccess(parsed, secretOf(bad)), {
      code: 'CONFIG_SECRET_INVALID',
      details: { name: 'temporal.encryption.keys[0].key', wanted: '32 bytes in base64' },
    })
  }
})

test('two keys of one id, and no key at all, are refused by the configuration', () => {
  const key = { id: 'a', key: { env: 'A' } }
  for (const keys of [[key, key], []]) {
    const settings = { address: 'localhost:7233', encryption: { keys } }
    assert.equal(temporalSettings.safeParse(settings).success, false)
  }
})
