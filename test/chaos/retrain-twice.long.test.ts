import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runChaos } from './chaos.ts'
import { retrainChaos } from './retrain/retrain-chaos.ts'
import { chaosServers } from './servers.ts'

test('a retraining whose job is started twice is found', async () => {
  await using parts = new AsyncDisposableStack()
  const servers = parts.adopt(await chaosServers(retrainChaos.servers), (part) => part.close())
  const sabotaged = {
    chaos: retrainChaos,
    servers,
    rounds: 1,
    seed: 533,
    sabotaged: 'double-submit',
  }
  const { rounds, faults } = await runChaos(sabotaged)
  assert.equal(faults, 1)
  assert.match(rounds[0]!.faults.join('; '), /a job was started 2 times/)
})
