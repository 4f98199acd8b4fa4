import { reportSchema } from './report.ts'

const core = reportSchema.pick({
  ...({ verdict: true, headline: true, since: true } as const),
  ...({ features: true, joint: true, explanation: true } as const),
})

/** All that a verdict says: its evidence and its counts apart, which name where it came from. */
export const verdictCore = (found: unknown) => core.parse(found)
