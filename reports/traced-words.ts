import type { TracedInput, TracedLabel, TracedValue } from '../contracts/trace.ts'
import { percent } from './numbers.ts'

/** "98.7 % of the reference's values lie below", "never seen in the reference". */
export function standingWords({ quantile, note, tail }: TracedValue): string {
  switch (note) {
    case 'unseen':
      return 'never seen in the reference'
    case 'below all':
      return 'below everything in the reference'
    case 'above all':
      return 'above everything in the reference'
    case 'missing':
      return tail === 0
        ? 'missing, as never in the reference'
        : `missing, as in ${percent(tail)} of the reference`
    case 'not finite':
      return tail === 0
        ? 'no finite number, as never in the reference'
        : `no finite number, as in ${percent(tail)} of the reference`
    default:
      return quantile === null
        ? `${percent(tail)} of the reference is at least as rare`
        : `${percent(quantile)} of the reference's values lie below`
  }
}

/** Up to this share of the reference a value is called unusual. */
export const unusualTail = 0.02

/** How unusual all of it is, in one sentence. */
export function inputSentence({ unusual, reference, values }: TracedInput): string {
  const odd = values.filter(({ tail }) => tail <= unusualTail)
  const which =
    odd.length === 0
      ? 'no value of it is unusual by itself'
      : `unusual in ${odd.map(({ feature }) => feature).join(', ')}`
  const held = `held against the reference of version ${reference.version === '' ? '(none)' : reference.version}`
  if (unusual === null) return `${held}: ${which}`
  const { share, rows } = unusual
  const count = Math.round(share * rows)
  const asMany =
    count === 0
      ? `none of ${rows} sampled rows of it is as unusual`
      : `${count} of ${rows} sampled rows of it are at least as unusual`
  return `${held}: ${asMany}; ${which}`
}

export const fromWords = ({ from }: TracedInput): string =>
  from === 'sample'
    ? 'values from the sample that is kept'
    : 'values from the log, read again at its offset'

export const labelText = ({ label }: TracedLabel): string =>
  label === null ? 'withdrawn' : String(label)
