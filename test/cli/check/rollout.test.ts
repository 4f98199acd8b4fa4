import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { rolloutProbes } from '../../../cli/check/rollout.ts'
import type { Settings } from '../../../contracts/config.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { startReceiver } from '../../../examples/rollout-webhook/receiver.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-check-'))
const secret = `whsec_${randomBytes(32).toString('base64')}`
const file = join(folder, 'secret')
writeFileSync(file, secret)
const receiver = await startReceiver({ folder, secret })
after(async () => {
  await receiver.close()
  rmSync(folder, { recursive: true })
})

const registry = { alias: 'champion' }
const models = { loan: { registry: { ...registry, name: 'demo-loan' } }, delay: { registry } }
const probesOf = (rollout: object) =>
  rolloutProbes({ settings: { rollout, models } as never as Settings })
const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code

test('the service that moves traffic tells who answers, by the name in the registry', async () => {
  const state = { traffic: { stable: '3', canary: { version: '4', percent: 10 } }, generation: '7' }
  writeFileSync(join(folder, 'demo-loan.champion.json'), JSON.stringify(state))
  const abilities = { shadow: false, split: true, compareAndSwap: true }
  const webhook = { kind: 'webhook', url: receiver.url, secret: { file }, ...abilities }
  const [probe, ...others] = probesOf(webhook)
  assert.deepEqual(others, [])
  const note = 'loan: version 3, 10 % to version 4; delay: no version'
  assert.deepEqual(await probe?.run(), { version: null, note })
  const [away] = probesOf({ ...webhook, url: 'http://127.0.0.1:1' })
  await assert.rejects(async () => away?.run(), isCode('ROLLOUT_UNREACHABLE'))
})

test('a model repository that nobody may write is found before the server is asked', async () => {
  const settings = { url: 'http://127.0.0.1:1', files: ['model.onnx'], implementation: 'a.B' }
  const [probe] = probesOf({ kind: 'open-inference', folder: join(folder, 'none'), ...settings })
  await assert.rejects(async () => probe?.run(), isCode('PREREQUISITE_MISSING'))
  const [there] = probesOf({ kind: 'open-inference', folder, ...settings })
  await assert.rejects(async () => there?.run(), isCode('ROLLOUT_UNREACHABLE'))
})

test('an alias has no line of its own', () => {
  assert.deepEqual(probesOf({ kind: 'mlflow-alias' }), [])
})
