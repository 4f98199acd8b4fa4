import { decided, type Scenario } from './scenario.ts'
import type { Judged } from './stage.ts'

const worse: readonly Judged[] = [
  { by: 'labels', day: 1, verdict: 'DRIFT' },
  { by: 'estimate', day: 1, verdict: 'DRIFT' },
  { by: 'labels', day: 2, verdict: 'DRIFT' },
  { by: 'estimate', day: 2, verdict: 'DRIFT' },
  { by: 'labels', day: 3, verdict: 'DRIFT' },
]

/** A model is told to do worse while its release waits: one incident, whatever the order in which that is heard. */
export const incidentScenarios: Readonly<Record<string, Scenario>> = {
  'worse by its labels': {
    ...{ moves: true, answers: 1 },
    async play(stage) {
      // Backwards and forwards at once: each is told twice.
      await Promise.all([...worse, ...worse.toReversed()].map((each) => stage.judges(each)))
      await stage.hasIncident(({ state, windows }) => state === 'open' && windows === 3)
      stage.expects('one click', await stage.click(stage.person('ada'), 'approve'), ...decided)
      // An estimate ends nothing that labels have said.
      for (const day of [4, 5]) await stage.judges({ by: 'estimate', day, verdict: 'NO_DRIFT' })
      for (const day of [5, 4]) await stage.judges({ by: 'labels', day, verdict: 'NO_DRIFT' })
      await stage.hasIncident(
        ({ resolvedBy, next }) => resolvedBy === 'quiet' && /labels/.test(next),
      )
    },
  },
}
