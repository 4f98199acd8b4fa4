import type { Blocks, Elec2Found } from './elec2.ts'
import type { Change, JudgedRows } from './feature-change.ts'
import type { Truth } from './truths.ts'

/** What is known of the features: which of them change at once, and at which row. */
export interface KnownChange {
  readonly features: readonly string[]
  readonly row: number
}

/** Of a feature that did not change yet no window may drift; of those that did, `since` has to name the row. */
export function changeTruths(
  known: KnownChange,
  before: readonly JudgedRows[],
  changes: readonly Change[],
): Truth[] {
  const early = before.flatMap(({ features }) =>
    features.filter(
      ({ feature, state }) => state === 'drifted' && known.features.includes(feature),
    ),
  )
  const named = changes.filter(({ feature }) => known.features.includes(feature))
  return [
    {
      what: `the features that are constant before row ${known.row} are quiet before it`,
      found: early.length === 0 && before.length > 0,
      measured: `${early.length} alarms in ${before.length} windows of ${known.features.length} features`,
    },
    {
      what: `since row ${known.row}, to the row`,
      found: named.length === known.features.length && named.every(({ row }) => row === known.row),
      measured: named
        .map(({ feature, row, first, last }) => `${feature} ${row} (${first} to ${last})`)
        .join(', '),
    },
  ]
}

export function blockTruths(
  { blocks, scores }: Elec2Found,
  { bad, good, back: returned }: Blocks,
): Truth[] {
  const at = (wanted: readonly number[]) => blocks.filter(({ block }) => wanted.includes(block))
  const [worst, fine] = [at(bad), at(good)]
  const first = blocks.find(({ loss }) => loss.alarm)?.block
  const stream = scores['stream of daily losses']
  const back = at(returned)
  const list = (found: typeof blocks) => found.map(({ block }) => block).join(', ')
  return [
    {
      what: `the decay is found by block ${bad[0]}, and lasts`,
      found: worst.every(({ loss }) => loss.alarm),
      measured: `the loss alarms from block ${first} on, in ${list(worst.filter(({ loss }) => loss.alarm))}`,
    },
    {
      what: `the return at block ${back[0]?.block} is found`,
      found: back.length > 0 && back.every(({ loss, gap }) => !loss.alarm && !gap.alarm),
      measured: `loss and gap are quiet in ${list(back.filter(({ loss, gap }) => !loss.alarm && !gap.alarm))}`,
    },
    {
      what: `quiet blocks (${good.join(', ')}) stay quiet`,
      found: fine.every(({ loss, gap }) => !loss.alarm && !gap.alarm),
      measured: `${list(fine.filter(({ loss, gap }) => loss.alarm || gap.alarm)) || 'none'} alarmed`,
    },
    {
      what: 'the stream alarms in each decayed block and in none of the quiet ones',
      found: stream !== undefined && stream.bad[0] === stream.bad[1] && stream.good[0] === 0,
      measured: `${stream?.bad.join(' of ')} and ${stream?.good.join(' of ')}`,
    },
    {
      what: 'an estimate without labels sees nothing of the decay, the gap does',
      found: worst.every(
        ({ estimated, accuracy, gap }) =>
          estimated.accuracy > (accuracy.A2 ?? 1) + 0.1 && gap.alarm,
      ),
      measured: worst
        .map(
          ({ block, estimated, accuracy }) =>
            `${block}: ${estimated.accuracy.toFixed(2)} for ${accuracy.A2?.toFixed(2)}`,
        )
        .join(', '),
    },
    {
      what: 'the challenger is better where the champion has decayed, and worse after the return',
      found:
        worst.every(({ challenge }) => challenge !== null && challenge.high < 0) &&
        back.every(({ challenge }) => challenge !== null && challenge.low > 0),
      measured: [...worst, ...back]
        .map(({ block, challenge }) => `${block}: ${signed(challenge?.difference ?? Number.NaN)}`)
        .join(', '),
    },
  ]
}

const signed = (x: number): string => `${x > 0 ? '+' : ''}${x.toFixed(2)}`
