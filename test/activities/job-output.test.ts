import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaintIn, JobOutput } from '../../activities/job-output.ts'

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

test('what a job tells of itself is read line by line, and its tasks end with their stage', async () => {
  const pages = ['page: http://10.0.0.7:4040\nstage: reading (1.0 s)\ntasks: 3 of 12\n']
  const output = new JobOutput(printing(pages), 'job')
  await output.read()
  assert.deepEqual(output.progress, {
    ...{ page: 'http://10.0.0.7:4040', stage: 'reading (1.0 s)', tasks: { done: 3, of: 12 } },
  })
  pages.push('tasks: 4 of 12\nTaskError: no\nstage: fitting (9.0 s)\n')
  await output.read()
  assert.deepEqual(output.progress, { page: 'http://10.0.0.7:4040', stage: 'fitting (9.0 s)' })
  assert.equal(output.complaint, 'TaskError: no')
})

test('what is no address is no page, and the last lines are twenty without progress', async () => {
  const lines = Array.from({ length: 30 }, (_, line) => `line ${line}\ntasks: ${line} of 30\n`)
  const output = new JobOutput(printing(['page: javascript:alert(1)\n', ...lines]), 'job')
  await output.read()
  assert.equal(output.progress.page, undefined)
  assert.deepEqual(
    output.lastLines,
    Array.from({ length: 20 }, (_, line) => `line ${line + 10}`),
  )
})

/** Hands out page by page; offsets count pages. */
const printing = (pages: readonly string[]) =>
  ({
    output: async (_: string, from: number) =>
      from < pages.length
        ? { text: pages[from] ?? '', next: from + 1 }
        : { text: '', next: pages.length },
  }) as unknown as ConstructorParameters<typeof JobOutput>[0]
