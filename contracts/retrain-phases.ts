/**
 * The moments of one retraining before and after each of its effects on the world, in their order, some within a
 * transaction or a registration too; the last four are also those of a scan and of a gate. A process may end at any of
 * them, and still one job runs and one version is registered, or the retraining has failed and says why: the chaos runs
 * strike here.
 */
export const retrainPhases = [
  'in admission, reserved',
  'after admission',
  'before intent',
  'after intent',
  'after specification',
  'after specification file',
  'before submission',
  'after submission',
  'after submission is recorded',
  'job runs',
  'marker is there',
  'before end',
  'after end',
  'before registration',
  'in registration, files stored',
  'after registration',
  'after candidate',
  'before comparison',
  'after comparison',
  'after registry is told',
  'before signal',
  'after signal',
  'before steward is saved',
  'after steward is saved',
] as const
export type RetrainPhase = (typeof retrainPhases)[number]
