import { z } from 'zod'

/** How an effect is estimated, for the smallest change that could have been seen: see `statistics/detectable.ts`. */
export const effectLawSchema = z.union([
  z.object({
    degrees: z.number(),
    size: z.number(),
    power: z.number().optional(),
    bound: z.literal('delta').optional(),
    most: z.number().optional(),
  }),
  z.object({
    chance: z.number(),
    factor: z.number(),
    degrees: z.number().optional(),
    error: z.number(),
    margin: z.number(),
    bias: z.number().optional(),
    most: z.number().optional(),
  }),
  z.object({ hits: z.number(), before: z.number(), now: z.number(), floor: z.number() }),
])
