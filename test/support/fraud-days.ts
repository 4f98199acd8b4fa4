import { labelOf, type SentLabel } from './labelled-world.ts'
import { mulberry32, normal } from './mulberry32.ts'
import { hourMs, origin } from './scan-world.ts'

export interface FraudOptions {
  /** Amounts are larger by so many standard deviations. */
  readonly shift?: number
  /** Logits of the truth above those of the score. */
  readonly wrong?: number
  /** Numbers are foretold, the worse the larger the amount is. */
  readonly numbers?: boolean
}

/** Start of a day, or so many hours after it. */
export const dayOf = (index: number, hours = 0): string =>
  new Date(origin + (index * 24 + hours) * hourMs).toISOString()

/** Predictions of a day that say how probable 1 is, and the labels that come a day later. */
export function fraudDay(index: number, count: number, options: FraudOptions = {}) {
  const { shift = 0, wrong = 0, numbers = false } = options
  const next = mulberry32(index + 500)
  const rows = Array.from({ length: count }, (_, i) => {
    const amount = normal(next, 100 + 20 * shift, 20)
    const plan = next() < 0.3 ? 'pro' : 'basic'
    const logit = (amount - 130) / 10 + (plan === 'pro' ? 1 : 0)
    const p = 1 / (1 + Math.exp(-logit - wrong))
    const error = normal(next) * Math.max(1, (amount - 60) / 10) * Math.exp(wrong)
    const score = numbers ? amount : 1 / (1 + Math.exp(-logit))
    const label = numbers ? amount + error : next() < p ? 1 : 0
    const id = `e${index}-${i}`
    const time = new Date(origin + (index + i / count) * 24 * hourMs).toISOString()
    const features = { amount, plan }
    const record = { id, time, model: 'm', version: '1', features, score }
    return { message: { partition: i % 2, value: JSON.stringify(record) }, id, label }
  })
  return {
    messages: rows.map(({ message }) => message),
    labels: rows.map(({ id, label }): SentLabel => labelOf(id, dayOf(index + 1), label)),
  }
}
