import type { Canvas } from './vocabulary.ts'

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
const letters = ['.', ':', '-', '=', '+', '*', '%', '#']

/**
 * Counts as one line of bars, the highest of them full. An empty bin is a blank, never a small bar.
 * @param top the count that a full bar stands for, so that two lines can share a scale.
 */
export function sparkline(
  counts: readonly number[],
  canvas: Pick<Canvas, 'unicode'>,
  top = Math.max(0, ...counts),
): string {
  const levels = canvas.unicode ? blocks : letters
  return counts
    .map((value) => {
      if (value <= 0 || top <= 0) return ' '
      const level = Math.ceil((value / top) * levels.length)
      return levels[Math.min(level, levels.length) - 1]
    })
    .join('')
}

/** Reference and current as shares on one scale and at most `width` bars each, neighbours added up. */
export function sparklinePair(
  distribution: { readonly reference: readonly number[]; readonly current: readonly number[] },
  width: number,
  canvas: Pick<Canvas, 'unicode'>,
): { reference: string; current: string } {
  const reference = shares(fold(distribution.reference, width))
  const current = shares(fold(distribution.current, width))
  const top = Math.max(...reference, ...current, 0)
  return {
    reference: sparkline(reference, canvas, top).padEnd(width),
    current: sparkline(current, canvas, top).padEnd(width),
  }
}

/** Counts as shares of their sum; zeros when there is nothing. */
export function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, value) => sum + value, 0)
  return counts.map((value) => (total > 0 ? value / total : 0))
}

function fold(counts: readonly number[], width: number): number[] {
  const size = Math.ceil(counts.length / width)
  const folded: number[] = []
  for (let start = 0; start < counts.length; start += size) {
    folded.push(counts.slice(start, start + size).reduce((sum, value) => sum + value, 0))
  }
  return folded
}
