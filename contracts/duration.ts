import { z } from 'zod'

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** Milliseconds of a text like `90s`, `5m`, `1h30m`, `30d`; null when it is not one. */
export function parseDuration(text: string): number | null {
  if (!/^(\d+(ms|s|m|h|d|w))+$/.test(text)) return null
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d|w)/g)) {
    total += Number(count) * unitMs[unit as keyof typeof unitMs]
  }
  return total
}

/** The shortest text that `parseDuration` reads back, from milliseconds. */
export function formatDuration(totalMs: number): string {
  let rest = Math.round(totalMs)
  let text = ''
  for (const unit of ['w', 'd', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / unitMs[unit])
    if (count > 0) text += `${count}${unit}`
    rest -= count * unitMs[unit]
  }
  return text || '0s'
}

/** A duration in the configuration: written as text, used as milliseconds. */
export const duration = z
  .string()
  .refine(
    (text) => parseDuration(text) !== null,
    'expected a duration such as 30s, 5m, 1h30m or 7d',
  )
  .transform((text) => parseDuration(text) as number)
