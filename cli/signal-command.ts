import type { TokenAnswer } from '../contracts/api.ts'
import type { DecisionMessage } from '../contracts/release.ts'
import { onPath } from '../deploy/local/command.ts'
import { readState } from '../deploy/local/state.ts'
import type { CommandContext } from './command.ts'
import { projectFolder } from './settings-file.ts'
import { quote } from './shell-word.ts'

/** A whole command line that gives an answer without Driftgate; it runs as it stands in a POSIX shell. */
export function signalCommand(
  context: Pick<CommandContext, 'folder' | 'environment'>,
  { token, signal }: TokenAnswer,
  reason: string,
): string {
  const message: DecisionMessage = { schema: 'driftgate-decision/1', token, reason }
  return [
    quote(temporalProgram(context)),
    'workflow signal',
    `--address ${quote(signal.address)}`,
    `--namespace ${quote(signal.namespace)}`,
    `--workflow-id ${quote(signal.workflowId)}`,
    `--name ${quote(signal.name)}`,
    `--input ${quote(JSON.stringify(message))}`,
  ].join(' ')
}

/** Full path of the program that runs the local project's server, else of the one on PATH. */
function temporalProgram({
  folder,
  environment,
}: Pick<CommandContext, 'folder' | 'environment'>): string {
  const started = readState(projectFolder({ folder })).programs['temporal']?.command
  return (
    started?.split(' server start-dev ')[0] ?? onPath('temporal', environment['PATH']) ?? 'temporal'
  )
}
