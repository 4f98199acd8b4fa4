import type { Figures, Power } from './measure.ts'
import { sizes } from './settings.ts'

export const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`

/** What the picture shows, in one line of people's words. */
export function finding(figures: Figures): string {
  const [, at5] = figures.achieved
  return `${percent(at5?.rate ?? 0)} false alarms at 5 %; ${foundWords(figures.power)}`
}

function foundWords(powers: readonly Power[]): string {
  const words = powers.flatMap(({ change, fourOfFive }) =>
    fourOfFive === null ? [] : [change.words(fourOfFive)],
  )
  return words.length === 0
    ? 'none of these changes is found in 4 of 5 windows'
    : `finds ${words.join(', or ')}, in 4 of 5 windows`
}

/** The numbers of the picture, for those who read them. */
export function caption(figures: Figures): string {
  const { feature, repetitions, windows, achieved } = figures
  const rates = achieved
    .map(({ level, rate }) => `${percent(rate)} at ${percent(level)}`)
    .join(', ')
  const found = figures.power.flatMap(({ change, fourOfFive }) =>
    fourOfFive === null ? [] : [change.words(fourOfFive)],
  )
  const missed = figures.power.flatMap(({ change, fourOfFive }) =>
    fourOfFive === null ? [change.words(change.amounts.at(-1) as number)] : [],
  )
  const powers = [
    ...(found.length > 0 ? [`four of five windows are found with ${found.join(', ')}`] : []),
    ...(missed.length > 0 ? [`fewer are found even with ${missed.join(', ')}`] : []),
  ]
  return `Measured on ${feature}, windows of ${sizes.current.toLocaleString('en')} rows against a reference of ${sizes.reference.toLocaleString('en')}, both drawn anew. Without any change (${repetitions.toLocaleString('en')} windows) the rate of alarms is ${rates}. At 0.1 %, ${powers.join('; ')} (${windows} windows per point).`
}
