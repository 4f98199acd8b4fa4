import { decided, type Scenario } from './scenario.ts'

const head = ['viewer', 'head']
const seconds = (count: number, nowMs: number): string =>
  new Date(nowMs + count * 1_000).toISOString()
const escalation = { after: '1s', role: 'head' }

/** Nobody answers for a while, or what was answered has to wait. */
export const waitingScenarios: Readonly<Record<string, Scenario>> = {
  escalated: {
    ...{ moves: 'maybe', answers: 2, also: ['reminder'], approval: () => ({ escalation }) },
    async play(stage) {
      await stage.cardShown()
      await stage.told('escalated')
      const digest = await stage.digest()
      const told = await Promise.all([
        stage.click(stage.person('hal', head), 'approve', { digest }),
        stage.click(stage.person('ada'), 'reject', { digest, gateway: 1 }),
      ])
      const won = told.filter((each) => each?.outcome !== 'ALREADY_DECIDED')
      if (won.length > 1) stage.notes('both were told that they decided')
    },
  },

  'escalated after quiet hours': {
    ...{ moves: true, answers: 1, also: ['reminder'] },
    approval: (nowMs) => ({
      escalation,
      quietHours: [{ from: seconds(-60, nowMs), until: seconds(5, nowMs) }],
    }),
    async play(stage) {
      await stage.cardShown()
      await stage.told('escalated')
      const told = await stage.click(stage.person('hal', head), 'approve')
      stage.expects('who was asked too', told, ...decided)
    },
  },

  'last call': {
    // Half an hour before its end, which is two seconds after it is asked.
    ...{ moves: true, answers: 1, expiry: '1802s', also: ['reminder'] },
    async play(stage) {
      await stage.cardShown()
      await stage.told('last-call')
      stage.expects('at last', await stage.click(stage.person('ada'), 'approve'), ...decided)
    },
  },

  'approved in a freeze': {
    ...{ moves: true, answers: 2 },
    approval: (nowMs) => ({
      freeze: [{ from: seconds(-60, nowMs), until: seconds(6, nowMs) }],
    }),
    async play(stage) {
      const [digest, bob] = [await stage.digest(), stage.person('bob')]
      const told = await stage.click(stage.person('ada'), 'approve', { digest })
      stage.expects('in a freeze', told, ...decided)
      const late = await stage.click(bob, 'approve', { digest, gateway: 1 })
      stage.expects('after it was approved', late, 'ALREADY_DECIDED')
      await stage.ended()
    },
  },

  'withdrawn in a freeze': {
    ...{ moves: false, answers: 2 },
    approval: (nowMs) => ({
      freeze: [{ from: seconds(-60, nowMs), until: seconds(3_600, nowMs) }],
    }),
    async play(stage) {
      const digest = await stage.digest()
      const told = await stage.click(stage.person('ada'), 'approve', { digest })
      stage.expects('in a freeze', told, ...decided)
      await stage.held()
      const back = await Promise.all(
        ['bob', 'eve'].map((name, gateway) =>
          stage.click(stage.person(name), 'reject', { digest, gateway }),
        ),
      )
      for (const each of back) {
        stage.expects('before it moved', each, 'WITHDRAWN', 'ALREADY_DECIDED')
      }
      await stage.ended()
    },
  },
}
