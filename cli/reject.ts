import { answerOptions, answerRelease } from './answer-release.ts'
import type { Command } from './command.ts'

export const reject: Command = {
  name: 'reject',
  summary: 'keep the champion, or the reference in force',
  description:
    'Shows what the release is about and rejects it, in your name; what is approved and kept by a freeze is withdrawn. Exit status: 0 rejected or withdrawn, 1 refused; the outcome says why.',
  arguments: [
    { name: '<release>', summary: 'as "driftgate gate" lists it, for example car-loan/1' },
  ],
  options: [
    { flags: '--reason <text>', summary: 'kept with the decision for good', required: true },
    ...answerOptions,
  ],
  examples: [
    'driftgate reject car-loan/1 --reason "trained on a week of outages"',
    'driftgate reject car-loan/1 --reason "not before the audit" --as other-approver',
  ],
  run: (context) => answerRelease(context, 'reject'),
}
