import type { FeatureSettings } from '../contracts/config.ts'
import { columnsOf } from '../contracts/derived-feature.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { FeatureValue, RawValue } from '../contracts/prediction.ts'
import { deriver } from '../formats/derived-value.ts'

/**
 * Prepares what a row of raw values, one per configured feature in order, becomes under a binning of these
 * features: a timestamp its parts, a text its length, an embedding its norm and its components; everything else,
 * and what follows the features (a class, a score), stays as it is. The event time is in milliseconds since 1970;
 * without it nothing is known of ages. Throws RECORD_MALFORMED.
 */
export function rowDeriver(
  features: Readonly<Record<string, FeatureSettings>>,
): (raw: readonly RawValue[], eventMs?: number) => FeatureValue[] {
  const derivers = Object.entries(features).map(([name, settings]) => {
    const from = columnsOf(name, settings).flatMap((column) => column.from ?? [])
    return from.length === 0 ? null : deriver(from)
  })
  return (raw, eventMs = Number.NaN) => {
    try {
      return raw.flatMap((value, index): readonly FeatureValue[] => {
        const derive = derivers[index]
        return derive ? derive(value, eventMs) : [value as FeatureValue]
      })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new DriftgateError('RECORD_MALFORMED', { reason })
    }
  }
}
