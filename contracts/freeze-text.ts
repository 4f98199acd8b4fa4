import type { Freeze } from './release.ts'

/** "frozen until 2027-01-04 08:00 UTC (year end)"; `instant` writes a time for people. */
export const freezeInWords = (
  { until, reasons }: Freeze,
  instant: (iso: string) => string,
): string => `frozen until ${instant(until)}${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`
