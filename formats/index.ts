import type { Format } from './format.ts'
import { json } from './json.ts'

export type { Format, RawRecord } from './format.ts'

/** Every prediction-log format: one line each. */
export const formats = { json } as const satisfies Record<string, Format>

export const formatNamed = (name: string): Format | undefined =>
  (formats as Record<string, Format>)[name]
