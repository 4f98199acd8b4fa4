/** Possible counts of one cell: ln of their weights, and the term of the distance at each. */
export interface WeightedCell {
  readonly logs: Float64Array
  readonly terms: Float64Array
  readonly counts: Float64Array
}

/** ln E exp(u Σ terms + v Σ counts) of independent cells, with its first and second derivatives. */
export interface Cumulants {
  readonly value: number
  readonly u: number
  readonly v: number
  readonly uu: number
  readonly uv: number
  readonly vv: number
}

export function cumulants(cells: readonly WeightedCell[], u: number, v: number): Cumulants {
  const all = { value: 0, u: 0, v: 0, uu: 0, uv: 0, vv: 0 }
  for (const { logs, terms, counts } of cells) {
    const tilted = (j: number) =>
      (logs[j] as number) + u * (terms[j] as number) + v * (counts[j] as number)
    let most = Number.NEGATIVE_INFINITY
    for (let j = 0; j < logs.length; j++) most = Math.max(most, tilted(j))
    let [mass, t, c, tt, tc, cc] = [0, 0, 0, 0, 0, 0]
    for (let j = 0; j < logs.length; j++) {
      const log = tilted(j) - most
      if (log < -50) continue
      const weight = Math.exp(log)
      const [term, count] = [terms[j] as number, counts[j] as number]
      mass += weight
      t += weight * term
      c += weight * count
      tt += weight * term * term
      tc += weight * term * count
      cc += weight * count * count
    }
    t /= mass
    c /= mass
    all.value += most + Math.log(mass)
    all.u += t
    all.v += c
    all.uu += tt / mass - t * t
    all.uv += tc / mass - t * c
    all.vv += cc / mass - c * c
  }
  return all
}
