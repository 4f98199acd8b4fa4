import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelView } from '../../contracts/api.ts'
import { modelTree } from '../../reports/model-tree.ts'

const waits = 'the retraining budget of this model is spent'
const view = modelView.parse({
  ...{ model: 'car-loan', critical: true, owners: [], champion: '3', verdict: null },
  ...{ incident: null, retraining: null, release: null },
  wish: { requestedBy: ['rule:refresh'], reason: 'none for 30d', waits, until: null },
})
const incident = {
  ...{ id: 'car-loan/DRIFT/2026-03-01T00:00:00.000Z', model: 'car-loan', kind: 'DRIFT' },
  ...{ state: 'open', openedAt: '2026-03-01T00:00:00.000Z', resolvedAt: null, windows: 2 },
  firstWindow: { start: '2026-03-01T00:00:00.000Z', end: '2026-03-02T00:00:00.000Z' },
  lastWindow: { start: '2026-03-01T00:00:00.000Z', end: '2026-03-02T00:00:00.000Z' },
  ...{ verdictId: 'v', evidenceDigest: 'd', headline: 'amount moved', next: waits },
  ...{ runKey: null, release: null },
}

test('a retraining that is wanted and may not start is shown with what it waits for', () => {
  const tree = modelTree(view)
  assert.match(tree, /wanted: none for 30d/)
  assert.ok(tree.includes(waits))
})

test('what an open incident says of its retraining is not said twice', () => {
  const tree = modelTree(modelView.parse({ ...view, incident }))
  assert.equal(tree.split(waits).length - 1, 1)
  const other = modelTree(modelView.parse({ ...view, incident: { ...incident, next: 'watched' } }))
  assert.equal(other.split(waits).length - 1, 1)
})
