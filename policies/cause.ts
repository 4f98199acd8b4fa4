import type { FeatureReport } from '../contracts/report.ts'

/** An effect in units of the smallest that matters, so that features and detectors can be held side by side. */
export const sizeOf = ({
  primary,
  minimumEffect,
}: Pick<FeatureReport, 'primary' | 'minimumEffect'>): number => primary.effect / minimumEffect

/**
 * The features with the part of the drift that each drifted one stands for. Its weight is its effect in units of
 * the smallest that matters x the share of the window's rows that it was seen in (a segment holds some of them) x
 * its importance for the model, 1 unless the settings say otherwise. Parts add up to 1; where every weight is 0 they
 * are equal.
 */
export function withCauses(features: readonly FeatureReport[], rows: number): FeatureReport[] {
  const weights = features.map((feature) => (feature.state === 'drifted' ? weight(feature) : 0))
  const all = weights.reduce((sum, each) => sum + each, 0)
  const drifted = features.filter(({ state }) => state === 'drifted').length
  return features.map((feature, i) => ({
    ...feature,
    cause:
      feature.state !== 'drifted' ? null : all > 0 ? (weights[i] as number) / all : 1 / drifted,
  }))

  function weight(feature: FeatureReport): number {
    const seen = Math.min(1, feature.primary.n.current / Math.max(1, rows))
    return sizeOf(feature) * seen * (feature.importance ?? 1)
  }
}
