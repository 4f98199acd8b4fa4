import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breachTogether } from '../../bench/retrain/fleet.ts'
import { servers } from '../support/servers.ts'

test('of many models that breach at once all are held, and then each is retrained or says why not', async () => {
  const { temporal, postgres } = servers()
  const found = await breachTogether({ temporal, postgres, models: 15, budget: 4, settle: '3s' })
  const { early, lost, twice, retrained, parked } = found
  assert.deepEqual(
    { early, lost, twice, retrained, parked },
    { early: 0, lost: 0, twice: 0, retrained: 4, parked: 11 },
  )
})
