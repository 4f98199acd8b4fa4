import type { LossContrast, LossSlices, SliceCondition } from '../../contracts/slice.ts'

/** "country = DE and age < 25" */
export const conditionsText = (conditions: readonly SliceCondition[]): string =>
  conditions.map(conditionText).join(' and ')

function conditionText(condition: SliceCondition): string {
  const { feature } = condition
  if (condition.kind === 'missing') return `${feature} missing`
  if (condition.kind === 'value') return `${feature} = ${condition.value}`
  const { from, below } = condition
  if (from === null) return `${feature} < ${below}`
  return below === null ? `${feature} >= ${from}` : `${from} <= ${feature} < ${below}`
}

const named = {
  brier: 'Brier score',
  error_rate: 'error',
  absolute_error: 'absolute error',
} as const

/** "error 4 % -> 19 % for country = DE and age < 25, 6 % of rows; elsewhere 4 % -> 5 %" */
export function contrastText(
  loss: LossSlices['loss'],
  conditions: readonly SliceCondition[],
  { inside, outside, share }: Pick<LossContrast, 'inside' | 'outside' | 'share'>,
): string {
  const change = ({ before, now }: LossContrast['inside']) =>
    before === null ? amount(loss, now) : `${amount(loss, before)} -> ${amount(loss, now)}`
  return `${named[loss]} ${change(inside)} for ${conditionsText(conditions)}, ${percent(share)} of rows; elsewhere ${change(outside)}`
}

const amount = (loss: LossSlices['loss'], value: number): string =>
  loss === 'error_rate' ? percent(value) : String(Number(value.toPrecision(2)))

/** Two digits of a share: "19 %", "4.2 %", "0.4 %". */
export const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`
