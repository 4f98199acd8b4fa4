/** Eigenvalues of a small symmetric matrix and, as rows, their unit vectors, by Jacobi's rotations (1846). */
export function symmetricEigen(matrix: readonly (readonly number[])[]): {
  values: number[]
  vectors: number[][]
} {
  const size = matrix.length
  const a = matrix.map((row) => [...row])
  const v = a.map((_, i) => a.map((__, j) => (i === j ? 1 : 0)))
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        off = Math.max(off, Math.abs(a[p]![q]!))
        rotate(a, v, p, q)
      }
    }
    if (off === 0) break
  }
  return { values: a.map((row, i) => row[i]!), vectors: v }
}

/** Turns the plane of p and q until their entry is zero. */
function rotate(a: number[][], v: number[][], p: number, q: number): void {
  const entry = a[p]![q]!
  const [first, second] = [a[p]![p]!, a[q]![q]!]
  if (Math.abs(entry) <= 1e-18 * Math.sqrt(Math.abs(first * second))) {
    a[p]![q] = a[q]![p] = 0
    return
  }
  const theta = (second - first) / (2 * entry)
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const c = 1 / Math.hypot(t, 1)
  const s = t * c
  for (const row of a) {
    const [x, y] = [row[p]!, row[q]!]
    row[p] = c * x - s * y
    row[q] = s * x + c * y
  }
  for (const list of [a, v]) {
    const [x, y] = [list[p]!, list[q]!]
    list[p] = x.map((value, k) => c * value - s * y[k]!)
    list[q] = x.map((value, k) => s * value + c * y[k]!)
  }
}
