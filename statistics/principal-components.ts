/** Directions of largest variance of points, and where the points have their centre. */
export interface PrincipalComponents {
  readonly width: number
  readonly centre: Float64Array
  /** Component by component `width` numbers of length 1, the largest variance first. */
  readonly directions: Float64Array
  readonly count: number
  /** Share of the variance that the components hold. */
  readonly share: number
}

/** Widest points whose covariance is taken apart: seconds of work. */
const mostWidth = 256

/**
 * As few principal components of the given rows of points as hold `share` of their variance. Throws a RangeError for
 * points of more than 256 numbers. O(rows width^2 + width^3).
 */
export function principalComponents(
  points: Float64Array,
  width: number,
  rows: ArrayLike<number>,
  share: number,
): PrincipalComponents {
  if (!(width >= 1 && width <= mostWidth)) {
    throw new RangeError(`points of ${width} numbers are not 1 to ${mostWidth} wide`)
  }
  const centre = new Float64Array(width)
  for (let i = 0; i < rows.length; i++) {
    for (let k = 0; k < width; k++) {
      centre[k] =
        (centre[k] as number) + (points[(rows[i] as number) * width + k] as number) / rows.length
    }
  }
  const { values, vectors } = symmetricEigen(covariance(points, centre, rows), width)
  const order = Array.from(values.keys()).sort(
    (left, right) => (values[right] as number) - (values[left] as number) || left - right,
  )
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0)
  let held = 0
  let count = 0
  while (count < width && total > 0 && held < share * total) {
    held += Math.max(0, values[order[count++] as number] as number)
  }
  const directions = new Float64Array(count * width)
  for (let c = 0; c < count; c++) {
    for (let k = 0; k < width; k++) {
      directions[c * width + k] = vectors[k * width + (order[c] as number)] as number
    }
  }
  return { width, centre, directions, count, share: total > 0 ? held / total : 1 }
}

/** Distance of a row of points from the plane of the components. */
export function reconstructionError(
  points: Float64Array,
  row: number,
  { width, centre, directions, count }: PrincipalComponents,
): number {
  const rest = points
    .subarray(row * width, (row + 1) * width)
    .map((value, k) => value - (centre[k] as number))
  for (let c = 0; c < count; c++) {
    const direction = directions.subarray(c * width, (c + 1) * width)
    const along = rest.reduce((sum, value, k) => sum + value * (direction[k] as number), 0)
    for (let k = 0; k < width; k++) {
      rest[k] = (rest[k] as number) - along * (direction[k] as number)
    }
  }
  return Math.sqrt(rest.reduce((sum, value) => sum + value * value, 0))
}

function covariance(
  points: Float64Array,
  centre: Float64Array,
  rows: ArrayLike<number>,
): Float64Array {
  const width = centre.length
  const matrix = new Float64Array(width * width)
  const row = new Float64Array(width)
  for (let i = 0; i < rows.length; i++) {
    const at = (rows[i] as number) * width
    for (let k = 0; k < width; k++) row[k] = (points[at + k] as number) - (centre[k] as number)
    for (let j = 0; j < width; j++) {
      const left = (row[j] as number) / rows.length
      for (let k = 0; k < width; k++) {
        matrix[j * width + k] = (matrix[j * width + k] as number) + left * (row[k] as number)
      }
    }
  }
  return matrix
}

/**
 * Eigenvalues and eigenvectors (columns) of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, Matrix
 * Computations, 8.5): slower than others, exact to the last digits.
 */
export function symmetricEigen(
  matrix: Float64Array,
  width: number,
): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice()
  const vectors = new Float64Array(width * width)
  for (let k = 0; k < width; k++) vectors[k * width + k] = 1
  const size = a.reduce((sum, value) => sum + value * value, 0)
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0
    for (let p = 0; p < width; p++) {
      for (let q = p + 1; q < width; q++) off += (a[p * width + q] as number) ** 2
    }
    if (off <= 1e-30 * size) break
    for (let p = 0; p < width; p++) {
      for (let q = p + 1; q < width; q++) rotate(a, vectors, { width, p, q })
    }
  }
  return {
    values: Float64Array.from({ length: width }, (_, k) => a[k * width + k] as number),
    vectors,
  }
}

/** Makes the element (p, q) zero. */
function rotate(
  a: Float64Array,
  vectors: Float64Array,
  { width, p, q }: { width: number; p: number; q: number },
): void {
  const apq = a[p * width + q] as number
  if (apq === 0) return
  const tau = ((a[q * width + q] as number) - (a[p * width + p] as number)) / (2 * apq)
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau))
  const c = 1 / Math.hypot(1, t)
  const s = t * c
  const turn = (values: Float64Array, i: number, j: number) => {
    const [left, right] = [values[i] as number, values[j] as number]
    values[i] = c * left - s * right
    values[j] = s * left + c * right
  }
  for (let k = 0; k < width; k++) turn(a, k * width + p, k * width + q)
  for (let k = 0; k < width; k++) turn(a, p * width + k, q * width + k)
  for (let k = 0; k < width; k++) turn(vectors, k * width + p, k * width + q)
}
