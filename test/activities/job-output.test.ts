import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaintIn } from '../../activities/job-output.ts'

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
