import type { StormSettings } from '../contracts/fleet-settings.ts'

/** Fewer are no storm, however small the fleet. */
const fewest = 3

/** How many models of a fleet have to breach at once to be a storm. */
export const neededForStorm = (fleet: number, { models, share }: StormSettings): number =>
  Math.max(fewest, Math.min(models, Math.ceil(share * fleet)))

/** A storm is over once fewer than half of what makes one are still bad: it does not end and begin with each model. */
export const isStormOver = (stillBad: number, needed: number): boolean => 2 * stillBad < needed

/** A fleet that is too small for one need not wait whether one comes. */
export const canStorm = (fleet: number, settings: StormSettings): boolean =>
  settings.watch && fleet >= neededForStorm(fleet, settings)
