import { answerOptions, answerRelease } from './answer-release.ts'
import type { Command } from './command.ts'

export const approve: Command = {
  name: 'approve',
  summary: 'let a candidate take the traffic, or a proposed reference into force',
  description:
    'Shows what the release is about and approves exactly that, in your name. Exit status: 0 approved, 8 more approvals are needed, 1 refused; the outcome says why.',
  arguments: [
    { name: '<release>', summary: 'as "driftgate gate" lists it, for example car-loan/1' },
  ],
  options: [
    { flags: '--reason <text>', summary: 'kept with the decision for good' },
    {
      flags: '--break-glass',
      summary:
        'in an emergency: alone and at once, whatever quorum and freeze say; for whoever may, and others review it afterwards',
    },
    ...answerOptions,
  ],
  examples: [
    'driftgate approve car-loan/1 --reason "better on every metric"',
    'driftgate approve car-loan/1 --print-signal',
    'driftgate approve car-loan/1 --break-glass --reason "the champion turns everybody down"',
  ],
  run: (context) => answerRelease(context, 'approve'),
}
