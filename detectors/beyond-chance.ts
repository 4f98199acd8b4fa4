/**
 * A size less what chance alone leaves of it, taken off its square: sqrt(size² - chance²), 0 below it. Without squares,
 * which may overflow.
 */
export const beyondChance = (size: number, chance: number): number =>
  size > chance ? size * Math.sqrt(1 - (chance / size) ** 2) : 0
