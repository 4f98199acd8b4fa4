/** Every workflow, under the name that the Temporal UI shows. */
export { absorb } from './absorb.ts'
export { backfill } from './backfill.ts'
export { housekeeping } from './housekeeping.ts'
export { release } from './release.ts'
export { repair } from './repair.ts'
export { retrain } from './retrain.ts'
export { scan } from './scan.ts'
export { steward } from './steward.ts'
