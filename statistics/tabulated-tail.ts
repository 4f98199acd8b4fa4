/** A piece of the table reaches so many steps; larger arguments are worked out. */
const mostSteps = 8_000

/**
 * A survival function that is costly, as a table of its logarithm at every `step`, filled where it is asked for, with
 * cubics through four neighbours between. Below `from`, and where it is nearly 0, it is worked out as it is.
 */
export function tabulatedTail(
  sf: (x: number) => number,
  from: number,
  step: number,
): (x: number) => number {
  const logs = new Float64Array(mostSteps + 3).fill(Number.NaN)
  const at = (i: number): number => {
    const known = logs[i] as number
    if (!Number.isNaN(known)) return known
    const found = Math.log(sf(from + (i - 1) * step))
    logs[i] = found
    return found
  }
  return (x) => {
    const place = (x - from) / step + 1
    const i = Math.floor(place)
    if (!(i >= 1 && i < mostSteps)) return sf(x)
    const [before, here, after, beyond] = [at(i - 1), at(i), at(i + 1), at(i + 2)]
    if (!(beyond > -650)) return sf(x)
    const t = place - i
    return Math.exp(
      (-t * (t - 1) * (t - 2) * before) / 6 +
        ((t + 1) * (t - 1) * (t - 2) * here) / 2 -
        ((t + 1) * t * (t - 2) * after) / 2 +
        ((t + 1) * t * (t - 1) * beyond) / 6,
    )
  }
}
