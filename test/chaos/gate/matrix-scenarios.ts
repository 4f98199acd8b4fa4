import { decided, type Scenario } from './scenario.ts'

const inRoom = { matrix: true, also: ['press'] } as const

/** Answers that people react and type in a room of a real Matrix server. */
export const matrixScenarios: Readonly<Record<string, Scenario>> = {
  'reacted in Matrix': {
    ...{ ...inRoom, moves: true, answers: 1 },
    async play(stage) {
      const ada = stage.person('ada')
      await stage.chat.link(ada)
      await stage.chat.press(ada)
      await stage.ended()
    },
  },

  'reacted, typed and clicked': {
    ...{ ...inRoom, moves: 'maybe', answers: 3 },
    async play(stage) {
      const [ada, bob] = [stage.person('ada'), stage.person('bob')]
      const digest = await stage.digest()
      await stage.chat.link(ada, bob)
      await Promise.all([
        stage.chat.press(ada),
        stage.chat.types(bob, 'reject'),
        stage.click(stage.person('eve'), 'approve', { digest, gateway: 1 }),
      ])
      await stage.ended()
    },
  },

  'typed twice in Matrix': {
    ...{ ...inRoom, moves: false, answers: 1 },
    async play(stage) {
      const ada = stage.person('ada')
      await stage.chat.link(ada)
      await Promise.all([stage.chat.types(ada, 'reject'), stage.chat.types(ada, 'reject')])
      await stage.ended()
    },
  },

  'right taken before the reaction': {
    ...{ ...inRoom, moves: false, answers: 1 },
    async play(stage) {
      const ada = stage.person('ada')
      await stage.chat.link(ada)
      await stage.chat.link({ ...ada, roles: ['viewer'] })
      await stage.chat.press(ada)
      await stage.chat.pressesAnswered()
      const told = await stage.click(stage.person('bob'), 'reject')
      stage.expects('after somebody without the right', told, 'REJECTED', 'ALREADY_DECIDED')
    },
  },

  'asked anew in Matrix': {
    ...{ ...inRoom, moves: true, answers: 2 },
    async play(stage) {
      const [digest, ada] = [await stage.digest(), stage.person('ada', ['approver', 'senior'])]
      await stage.chat.link(ada)
      await stage.cardShown()
      await stage.apply({ role: 'senior' })
      await stage.chat.press(ada)
      await stage.chat.pressesAnswered()
      await stage.askedAnew(digest)
      await stage.chat.press(ada)
      await stage.ended()
      stage.expects('afterwards', await stage.click(ada, 'approve'), ...decided)
    },
  },
}
