import type { ComparisonMetric } from '../contracts/comparison.ts'
import {
  type ComparisonSettingsInput,
  comparisonSettings,
} from '../contracts/comparison-settings.ts'
import type { ComparisonPolicy } from './compared-rows.ts'

/**
 * The settings of a comparison with what is not said as a configuration has it; `mae` and `rmse` are of numbers that are
 * foretold, whose unit only the caller knows. Throws a ZodError that says what is wrong.
 */
export function comparisonPolicy(
  changes: Omit<ComparisonSettingsInput, 'metric'> & {
    readonly metric?: ComparisonMetric
    readonly critical?: boolean
  } = {},
): ComparisonPolicy {
  const { metric = 'brier', critical = false, ...settings } = changes
  return { ...comparisonSettings.parse(settings), metric, critical }
}
