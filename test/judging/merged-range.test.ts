import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeRange, type RangePart } from '../../judging/merged-range.ts'
import { createSample, encodeProfile, encodeSample } from '../../profiles/index.ts'
import { referenceOf } from '../support/profiles.ts'

const windows = ['a', 'b', 'c', 'empty'].map((start) => ({ start, end: '' }))
const rowsOf: Record<string, number[][]> = {
  ...{ a: [[1], [2]], b: [[3], [4], [5]], c: [[6]] },
  empty: [],
}
const { binning, profileOf } = referenceOf(
  { amount: { type: 'numeric' } } as never,
  Array.from({ length: 100 }, (_, i) => [i / 10]),
)
const partsOf = async ({ start }: { start: string }): Promise<RangePart[]> =>
  (rowsOf[start] ?? []).flatMap((row) =>
    ['', 'plan=pro'].map((segment) => ({
      segment,
      profile: encodeProfile(profileOf([row])),
      sample: segment === '' ? encodeSample(createSample()) : null,
    })),
  )
const bytes = (profile: Parameters<typeof encodeProfile>[0] | undefined) =>
  profile && Buffer.from(encodeProfile(profile)).toString('hex')

test('windows are added up exactly, in any order, and one without rows is not held', async () => {
  const asked = { partsOf, binning, without: [] }
  const forth = await mergeRange({ ...asked, windows })
  const back = await mergeRange({ ...asked, windows: windows.toReversed() })
  const all = bytes(profileOf([[1], [2], [3], [4], [5], [6]]))
  assert.equal(bytes(forth.whole.profile), all)
  assert.equal(bytes(back.whole.profile), all)
  assert.equal(bytes(forth.whole.segments.get('plan=pro')), all)
  assert.deepEqual(
    forth.held.map(({ start }) => start),
    ['a', 'b', 'c'],
  )
})

test('what a window is held against does not hold the window', async () => {
  const { without } = await mergeRange({ windows, partsOf, binning, without: ['b', 'later'] })
  assert.equal(bytes(without.get('b')?.profile), bytes(profileOf([[1], [2], [6]])))
  assert.equal(without.get('later')?.profile.rows, 6, 'it is not in the range')
})
