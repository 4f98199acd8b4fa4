import type { Command as Commander } from 'commander'
import { DriftgateError, errorTable, isErrorCode } from '../contracts/errors.ts'
import { exitCodes } from './exit-codes.ts'

const topics = {
  'exit-codes': () =>
    Object.values(exitCodes)
      .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
      .join('\n'),
  environment: () =>
    [
      '  DRIFTGATE_CONFIG      the configuration, when --config is not given',
      '  DRIFTGATE_TOKEN       access token for the gateway, instead of "driftgate login"',
      '  DRIFTGATE_TOKEN_FILE  file with it, read at each request: whoever renews it writes it there',
      '  DRIFTGATE_CACHE       where servers and data are kept between runs',
      '  NO_COLOR              any value: no colours',
      '  FORCE_COLOR           any value but 0: colours even without a terminal',
    ].join('\n'),
  errors: () =>
    Object.entries(errorTable)
      .map(([code, entry]) => `  ${code}\n      ${entry.sentence}`)
      .join('\n'),
} as const satisfies Record<string, () => string>

export const topicNames = Object.keys(topics)

/** What `driftgate help [topic]` prints. */
export function helpText(topic: string | undefined, program: Commander): string {
  if (topic === undefined) return program.helpInformation()
  const command = program.commands.find((each) => each.name() === topic)
  if (command) {
    command.outputHelp()
    return ''
  }
  if (Object.hasOwn(topics, topic)) return `${topics[topic as keyof typeof topics]()}\n`
  if (isErrorCode(topic)) {
    const entry = errorTable[topic]
    const again = entry.retryable ? 'may succeed when tried again' : 'fails the same way again'
    return `${topic}: ${entry.sentence}\n   = help: ${entry.help}\n   = note: ${again}; exit status ${entry.exit}\n`
  }
  throw new DriftgateError('USAGE', {
    reason: `there is no help on "${topic}"`,
    fix: `topics are ${topicNames.join(', ')}, every command, and every error code`,
  })
}
