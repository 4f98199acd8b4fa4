import type { LabelledRow } from '../demo/stretches.ts'

const dayMs = 86_400_000
const trainingDays = 30
const rowsPerDay = 200
const recentPerDay = 2_000

/**
 * Invoices, and whether they were paid late: thirty days to learn from, which end before the day before yesterday.
 * @param nowMs milliseconds since 1970; days are those of UTC.
 */
export function trainingRows(nowMs: number): LabelledRow[] {
  const random = generator(7)
  const start = today(nowMs) - (trainingDays + 2) * dayMs
  return day('past', start, trainingDays * dayMs, trainingDays * rowsPerDay, 1, random)
}

/** Two days to judge: the day before yesterday as ever, yesterday with invoices that are larger by half. */
export function recentRows(nowMs: number): LabelledRow[] {
  const random = generator(11)
  const start = today(nowMs) - 2 * dayMs
  return [
    ...day('as-ever', start, dayMs, recentPerDay, 1, random),
    ...day('dearer', start + dayMs, dayMs, recentPerDay, 1.5, random),
  ]
}

function day(
  name: string,
  startMs: number,
  lengthMs: number,
  count: number,
  dearer: number,
  random: () => number,
): LabelledRow[] {
  return Array.from({ length: count }, (_, index) => {
    // Skewed as amounts of money are.
    const amount = Math.round(20 * Math.exp(3 * random()) * dearer * 100) / 100
    const region = ['north', 'south', 'south', 'west'][Math.floor(random() * 4)] ?? 'west'
    const returning = random() < 0.7
    const chance = Math.min(0.95, amount / 400 + (returning ? 0 : 0.25))
    return {
      id: `${name}-${index}`,
      timeMs: startMs + Math.floor((index * lengthMs) / count),
      label: random() < chance ? 1 : 0,
      features: { amount, region, returning },
    }
  })
}

const today = (nowMs: number): number => Math.floor(nowMs / dayMs) * dayMs

/** Uniform in [0, 1): the same rows for everybody, days apart. Lehmer's generator. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
