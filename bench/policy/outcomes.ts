import type { Truth } from '../concept/truths.ts'
import { elec2Block } from './sets.ts'
import { firstVersion, type SetFound } from './ways.ts'

const elec2StartMs = Date.parse('1996-05-07T00:00:00Z')
const blockMs = elec2Block * 1_800_000

/** Where the market of the first version is back, and how many blocks before and after count as near. */
const back = { block: 26, from: 25, to: 28 }
/** Near a rolling model: so much of what it gains over never, with at most such a share of its trainings. */
const near = { gain: 0.8, trainings: 0.25 }

/** What the policy has to come to on the four data sets; of those that were asked for. */
export const outcomesOf = (found: readonly SetFound[]): Truth[] =>
  found.flatMap((set) => [betterThanNever(set), ...(own[set.name]?.(set) ?? [])])

const own: Readonly<Record<string, (set: SetFound) => Truth[]>> = {
  'car loan': (set) => [nearRolling(set)],
  flights: ({ trainings }) => [
    {
      what: 'flights: no retraining at all',
      found: trainings.length === 0,
      measured: `${trainings.length} trainings`,
    },
  ],
  'bike sharing': (set) => [nearRolling(set)],
  elec2: ({ switches }) => {
    const returns = switches.filter(({ version, again }) => again && version === firstVersion)
    const blocks = returns.map(({ at }) => (Date.parse(at) - elec2StartMs) / blockMs)
    return [
      {
        what: `elec2: the first version comes back near block ${back.block}`,
        found: blocks.some((block) => block >= back.from && block < back.to),
        measured: blocks.map((block) => `in block ${block.toFixed(1)}`).join(', ') || 'never',
      },
    ]
  },
}

/** Answers of the policy are no worse than those of a model that is left alone. */
function betterThanNever({ name, came }: SetFound): Truth {
  return {
    what: `${name}: no worse than never`,
    found: came.policy.loss <= came.never.loss,
    measured: `${digits(came.policy.loss)}, never ${digits(came.never.loss)}`,
  }
}

/** As the model that is trained every week on the last three months, nearly. */
function nearRolling({ name, came }: SetFound): Truth {
  const { never, always, policy } = came
  const gain = (never.loss - policy.loss) / (never.loss - always.loss)
  const share = policy.trainings / always.trainings
  return {
    what: `${name}: at least ${near.gain * 100} % of what a rolling model gains, with at most ${near.trainings * 100} % of its trainings`,
    found: gain >= near.gain && share <= near.trainings,
    measured: `${(gain * 100).toFixed(0)} % with ${(share * 100).toFixed(0)} %: ${digits(policy.loss)} with ${policy.trainings}, rolling ${digits(always.loss)} with ${always.trainings}`,
  }
}

const digits = (loss: number): string => Number(loss.toPrecision(4)).toString()
