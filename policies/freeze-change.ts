import { type PeriodSettings, parsePeriod } from '../contracts/calendar.ts'
import { canonicalJson } from '../contracts/canonical-json.ts'
import { looser, type Rule, tighter } from './policy-difference.ts'

/** A freeze that is taken out or cut short is looser; one that is over, or lies within another, is none any more. */
export const freezes: Rule = (before, after, { nowMs }) => {
  const [old, next] = [before, after].map(({ freeze }) => freeze.filter((each) => !isOver(each)))
  const gone = without(old!, next!)
  const more = without(next!, old!)
  const ends = `${inWords(gone)} ${gone.length === 1 ? 'is' : 'are'} no freeze any more`
  return [
    ...(gone.length > 0 ? [looser(ends)] : []),
    ...(more.length > 0 ? [tighter(`nothing moves ${inWords(more)}`)] : []),
  ]

  function isOver(period: PeriodSettings): boolean {
    const read = parsePeriod(period)
    return read?.kind === 'span' && read.untilMs <= nowMs
  }
}

/** Those that no other holds. */
const without = (periods: readonly PeriodSettings[], others: readonly PeriodSettings[]) =>
  periods.filter((period) => !others.some((other) => holds(other, period)))

function holds(outer: PeriodSettings, inner: PeriodSettings): boolean {
  const [around, within] = [parsePeriod(outer), parsePeriod(inner)]
  if (around?.kind === 'span' && within?.kind === 'span') {
    return around.fromMs <= within.fromMs && within.untilMs <= around.untilMs
  }
  // Why is said to people and changes nothing.
  return textOf(outer) === textOf(inner)
}

const textOf = ({ from, until, zone = 'UTC' }: PeriodSettings) =>
  canonicalJson({ from, until, zone })

const inWords = (periods: readonly PeriodSettings[]): string =>
  periods
    .map(({ from, until, zone }) => `from ${from} to ${until}${zone ? ` (${zone})` : ''}`)
    .join(', ')
