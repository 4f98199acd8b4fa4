/** A number in a sentence. */
export const digits = (value: number): string => String(Number(value.toPrecision(4)))
export const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`
export const count = (value: number): string => value.toLocaleString('en-US')
/** `2026-03-01 04:12 UTC`. */
export const moment = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
