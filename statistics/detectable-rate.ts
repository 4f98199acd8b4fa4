import { logSameRateP, rateRatioInterval } from './rates.ts'

/**
 * How the effect of two rates is estimated: |ln((now + floor) / (before + floor))| of the rarer of two cells, which
 * held `hits` of `before` rows; the window has `now` rows.
 */
export interface RateLaw {
  readonly hits: number
  readonly before: number
  readonly now: number
  readonly floor: number
}

/** z of the 80 % of windows that raise an alarm. */
export const zOfPower = 0.8416212335729143

/**
 * The smallest effect of a changed rate that raises an alarm with a chance of 80 %, whichever way it goes: both the exact
 * p-value and the certain lower bound have to pass. The count that just passes both is found; the rate has to lie
 * beyond it by what the counts of both sides err in one of five windows, on the scale of asin √rate, where that hardly
 * depends on the rate (Fisher 1954; half a count for continuity). A rate that no window can be certain of, such as a
 * fall from few hits, gives the largest effect that it can have.
 */
export function detectableRate(
  law: RateLaw,
  options: { logLevel: number; minimumEffect: number; dispersion: number },
): number {
  return Math.max(detectableOnSide(law, options, 1), detectableOnSide(law, options, -1))
}

function detectableOnSide(
  law: RateLaw,
  { logLevel, minimumEffect, dispersion }: Parameters<typeof detectableRate>[1],
  side: 1 | -1,
): number {
  const { hits, before, now, floor } = law
  const passes = (count: number) => {
    const [k, l] = hits + count <= (before + now) / 2 ? [hits, count] : [before - hits, now - count]
    const { ratio, interval } = rateRatioInterval(k, before, l, now, floor)
    const bound = ratio > 0 ? interval[0] : -interval[1]
    return bound > minimumEffect && logSameRateP(hits, before, count, now) <= logLevel
  }
  const end = side === 1 ? now : 0
  const seen = passes(end) ? rateBeyond(first(passes, hits, law, end), law, dispersion, side) : null
  return sizeOf(law, seen ?? (side === 1 ? 1 : 0))
}

/** The count nearest to what was expected that passes. */
function first(
  passes: (count: number) => boolean,
  hits: number,
  { before, now }: RateLaw,
  end: number,
): number {
  let [inside, outside] = [Math.round((hits / before) * now), end]
  while (Math.abs(outside - inside) > 1) {
    const middle = Math.floor((inside + outside) / 2)
    if (passes(middle)) outside = middle
    else inside = middle
  }
  return outside
}

/** The rate that gives so many hits or more (or fewer) in four windows of five; null where there is none. */
function rateBeyond(count: number, { before, now }: RateLaw, dispersion: number, side: 1 | -1) {
  const least = Math.min(1, Math.max(0, (count - side / 2) / now))
  const error = Math.sqrt(dispersion * (1 / before + 1 / now)) / 2
  const angle = Math.asin(Math.sqrt(least)) + side * zOfPower * error
  return angle < 0 || angle > Math.PI / 2 ? null : Math.sin(angle) ** 2
}

/** The effect of this rate, of the cell that is rarer on both sides together. */
function sizeOf({ hits, before, now, floor }: RateLaw, rate: number): number {
  const isRarer = hits + rate * now <= (before + now) / 2
  const [was, is] = isRarer ? [hits / before, rate] : [1 - hits / before, 1 - rate]
  return Math.abs(Math.log((is + floor) / (was + floor)))
}
