import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  againstStored,
  ofRawColumns,
  storeReference,
  streamWindow,
  throughDetectors,
} from '../../bench/detector-work.ts'
import { mixedColumns, readColumns, writeColumns } from '../../bench/mixed-columns.ts'
import { report } from '../../bench/targets.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const columns = mixedColumns({ reference: 30_000, current: 20_000 }, mulberry32(1))

test('the quick path of raw columns and the detectors find the same statistics', () => {
  const [quick, through] = [ofRawColumns(columns), throughDetectors(columns)]
  for (const [i, [statistic]] of quick.entries()) {
    // Chi-square of the detector joins rare categories first.
    if (columns[i]?.name === 'of 200') continue
    assert.ok(Math.abs(statistic - (through[i] as [number, number])[0]) <= 1e-12 * statistic)
  }
})

test('columns come back from their files, and streaming them gives the verdict of counting them whole', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-columns-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeColumns(folder, columns)
  assert.deepEqual(readColumns(folder), columns)
  const stored = storeReference(columns, 30_000)
  const current = columns.map((column) => column.current)
  const { verdict } = againstStored(stored, current, 20_000)
  assert.equal(streamWindow(folder, stored), verdict)
})

test('a target that is missed fails the bench, one that only warns does not', (t) => {
  t.mock.method(console, 'log', () => undefined)
  const target = { what: 'x', measured: 2, most: 1, unit: 'ms' }
  assert.equal(report([target]), 1)
  assert.equal(
    report([
      { ...target, warns: true },
      { ...target, measured: 1 },
    ]),
    0,
  )
})
