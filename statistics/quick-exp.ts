const perUnit = 32
const last = 72

const table = Float64Array.from({ length: last * perUnit + 2 }, (_, i) => Math.exp(-i / perUnit))

/**
 * exp(-x) for x >= 0, relative error below 1e-13: a table at every 1/32 up to 72 and Taylor's polynomial between. Five
 * times as quick as Math.exp, for the inside of quadratures.
 */
export function quickExp(x: number): number {
  if (!(x < last)) return Math.exp(-x)
  const place = (x * perUnit + 0.5) | 0
  const r = place / perUnit - x
  return (
    (table[place] as number) *
    (1 + r * (1 + r * (0.5 + r * (sixth + r * (twentyFourth + r * hundredTwentieth)))))
  )
}

const [sixth, twentyFourth, hundredTwentieth] = [1 / 6, 1 / 24, 1 / 120] as const
