/** Something that is known of the data, and whether the library says it. */
export interface Truth {
  readonly what: string
  readonly found: boolean
  /** For a person, numbers included. */
  readonly measured: string
}

/** Columns of text under their heads, numbers to the right. */
export function tableText(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) =>
    Math.max(head.length, ...rows.map((row) => (row[i] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    `  ${cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()}`
  return [line(heads), ...rows.map(line)].join('\n')
}

export const truthText = ({ found, what, measured }: Truth): string =>
  `${found ? 'found' : 'MISSED'}  ${what}: ${measured}`

/** A p-value as people read it. */
export const pText = (p: number): string =>
  p >= 0.001 ? p.toFixed(3) : p > 0 ? p.toExponential(0) : 'below 1e-300'
