import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { complaintIn, JobOutput, lastLines, type Printed } from '../../activities/job-output.ts'

test('the complaint of a job is the last line that names a Python error', () => {
  const output = [
    'stage: fitting',
    'Traceback (most recent call last):',
    '  File "job.py", line 3, in <module>',
    'KeyError: 1',
    'During handling of the above exception, another exception occurred:',
    'pyspark.errors.exceptions.captured.AnalysisException: [TABLE_NOT_FOUND] no such table',
    'closing down',
  ]
  assert.match(complaintIn(output.join('\n')) ?? '', /^pyspark.*AnalysisException: \[TABLE_NOT/)
})

test('without one it is the last line that is no stage, and nothing where there is none', () => {
  assert.equal(
    complaintIn('stage: reading\nno labels in this range\nstage: ending\n'),
    'no labels in this range',
  )
  assert.equal(complaintIn('stage: reading\n'), null)
  assert.equal(complaintIn(''), null)
})

test('a job that knows why it ends says so after "error: "', () => {
  assert.equal(complaintIn('stage: joining\nerror: no row has a label\n'), 'no row has a label')
})

test('a complaint is at most 500 characters long', () => {
  assert.equal(complaintIn(`ValueError: ${'x'.repeat(2_000)}`)?.length, 500)
})

describe('the output of a job', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'driftgate-output-'))
  })
  after(() => rm(folder, { recursive: true }))
  const opened = (text: () => string, printed: Printed | null = null, at = folder) =>
    new JobOutput(printing(text), { submissionId: 'job', folder: at, printed })

  test('it tells of itself line by line, and its tasks end with their stage', async () => {
    let text = 'page: http://10.0.0.7:4040\nstage: reading (1.0 s)\ntasks: 3 of 12\n'
    const first = opened(() => text)
    await first.read()
    const page = 'http://10.0.0.7:4040'
    const tasks = { done: 3, of: 12 }
    assert.deepEqual(first.progress, { page, stage: 'reading (1.0 s)', tasks })
    text += 'tasks: 4 of 12\nTaskError: no ä\nstage: fitting (9.0 s)\n'
    // Another worker, which knows only what is JSON.
    const second = opened(() => text, JSON.parse(JSON.stringify(first.printed)))
    await second.read()
    assert.deepEqual(second.progress, { page, stage: 'fitting (9.0 s)' })
    assert.equal(await second.tail(), text, 'both have kept what they read')
    // One that died before it passed on what it had read: the same bytes once more.
    await opened(() => text, first.printed).read()
    assert.equal(await second.tail(), text)
  })

  test('of a long one the end is looked at, and what is no address is no page', async () => {
    const lines = Array.from({ length: 20_000 }, (_, line) => `line ${line}\n`).join('')
    const long = opened(() => `page: javascript:alert(1)\n${lines}`, null, await mkdtemp(folder))
    await long.read()
    assert.equal(long.progress.page, undefined)
    const tail = await long.tail()
    assert.ok(tail.endsWith('line 19999\n') && Buffer.byteLength(tail) <= 65_536)
    assert.deepEqual(lastLines(tail).slice(-2), ['line 19998', 'line 19999'])
    assert.equal(lastLines(tail).length, 20)
  })

  test('a folder that is away keeps nothing from being read', async () => {
    const gone = opened(() => 'ValueError: no\n', null, join(folder, 'gone'))
    await gone.read()
    assert.equal(complaintIn(await gone.tail()), 'ValueError: no')
  })
})

/** Hands out pages of at most 1,000 bytes. */
const printing = (text: () => string) => ({
  async output(_: string, from: number) {
    const bytes = Buffer.from(text()).subarray(from, from + 1_000)
    const end = bytes.lastIndexOf('\n') + 1
    return { text: bytes.toString('utf8', 0, end), next: from + end }
  },
})
