import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { artefactFiles, loadArtefacts } from '../../activities/artefacts.ts'
import { withSegments } from '../support/segmented-run.ts'
import { trainingRun } from '../support/training-run.ts'

let objects = ''
before(async () => {
  objects = await mkdtemp(join(tmpdir(), 'driftgate-artefacts-'))
})
after(() => rm(objects, { recursive: true }))

let runs = 0
async function loaded(spoil: (files: Record<string, unknown>) => void) {
  const runKey = `run-${runs++}`
  const run = { model: 'm', runKey, threshold: 50, truth: 50, marked: spoil }
  return loadArtefacts(await trainingRun(objects, run), runKey)
}

test('a run without segments has the files that every run has', async () => {
  const { files } = await loaded(() => {})
  assert.deepEqual([...files.keys()], [...artefactFiles, 'reference.sample'])
})

test('the profiles of segments are among the files of a run that has some', async () => {
  const { files } = await loaded(withSegments)
  assert.deepEqual([...files.keys()], [...artefactFiles, 'segments.json', 'reference.sample'])
})

test('the ONNX form and the card are among the files of a run that left them, by their digests', async () => {
  const { files, marker } = await loaded((files) => {
    files['model.onnx'] = new Uint8Array([8, 10])
    files['model-card.md'] = new TextEncoder().encode('# m')
  })
  const last = ['reference.sample', 'model.onnx', 'model-card.md']
  assert.deepEqual([...files.keys()], [...artefactFiles, ...last])
  assert.ok(last.every((file) => marker.files[file] !== undefined))
})

test('a sample of rows under another binning is no artefact; jobs of earlier versions left none', async () => {
  await loaded((files) => delete files['reference.sample'])
  const narrow = loaded((files) => {
    const { 'reference.sample': other } = { ...files }
    withSegments(files)
    files['reference.sample'] = other
  })
  await assert.rejects(narrow, /row row-\d+ has 1 values, not 2/)
})

test('segments that are not there, or under another binning, are no artefacts', async () => {
  const refused = (spoil: (files: Record<string, unknown>) => void, reason: RegExp) =>
    assert.rejects(loaded(spoil), (error: { code?: string; message?: string }) => {
      assert.equal(error.code, 'ARTEFACT_INVALID')
      assert.match(String(error.message), reason)
      return true
    })
  await refused((files) => {
    withSegments(files)
    delete files['segments.json']
  }, /the binning has segments/)
  await refused((files) => {
    const { 'reference.profile': other } = { ...files }
    withSegments(files)
    const text = Buffer.from(other as Uint8Array).toString('base64')
    files['segments.json'] = { 'plan=a': text }
  }, /plan=a/)
  await refused((files) => {
    withSegments(files)
    files['segments.json'] = { 'plan=a': '§' }
  }, /segments.json/)
})
