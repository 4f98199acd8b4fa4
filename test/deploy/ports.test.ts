import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { portsOf } from '../../deploy/local/ports.ts'
import { identify } from '../../deploy/local/process-identity.ts'
import { changeState } from '../../deploy/local/state.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-ports-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a port is kept while it is free or its own server runs, and given up to a stranger', async () => {
  const { mlflow } = await portsOf(folder, ['mlflow'])
  assert.deepEqual(await portsOf(folder, ['mlflow']), { mlflow })

  const stranger = createServer().listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  const taken = (stranger.address() as AddressInfo).port
  try {
    const own = identify(process.pid)!
    changeState(folder, (state) => {
      state.ports.mlflow = taken
      state.programs['mlflow'] = {
        ...own,
        ...{ name: 'mlflow', command: '', log: '', since: '', digest: '', stopSignal: 'SIGTERM' },
      }
    })
    assert.deepEqual(await portsOf(folder, ['mlflow']), { mlflow: taken }, 'its server runs')
    changeState(folder, (state) => {
      delete state.programs['mlflow']
    })
    const { mlflow: other } = await portsOf(folder, ['mlflow'])
    assert.notEqual(other, taken)
    assert.deepEqual(await portsOf(folder, ['mlflow']), { mlflow: other }, 'and that one is kept')
  } finally {
    stranger.close()
  }
})
