import type { DriftKind, DriftRemedy, ToldKind } from './kind.ts'

export const kindWords: Readonly<Record<DriftKind, string>> = {
  data_drift_without_loss: 'data drift without loss',
  data_drift_with_loss: 'data drift with loss',
  concept_drift: 'concept drift',
  label_shift: 'label shift',
  seasonal_return: 'seasonal return',
  upstream_fault: 'upstream fault',
  too_early: 'too early to say',
}

export const remedyWords: Readonly<Record<DriftRemedy, string>> = {
  retrain: 'retrain on rows since then',
  recalibrate: 'calibrate the scores anew',
  reweight: 'weigh the classes anew, or retrain with these shares',
  wait: 'wait',
  fix_feed: 'fix the feed, do not retrain',
  absorb: 'absorb it into the reference',
}

type Sure = Pick<ToldKind, 'kind' | 'certainty'>

/** "concept drift (likely)" */
export const kindName = ({ kind, certainty }: Sure): string =>
  `${kindWords[kind]}${certainty === 'moderate' ? ' (likely)' : ''}`

/** "concept drift (likely): retrain on rows since then" */
export const shortKind = (told: Sure & Pick<ToldKind, 'suggests'>): string =>
  `${kindName(told)}: ${remedyWords[told.suggests]}`
