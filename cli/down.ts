import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { show } from './output.ts'
import { startProgress } from './progress.ts'
import { projectFolder } from './settings-file.ts'

export const down: Command = {
  name: 'down',
  summary: 'stop what the local project started, and nothing else',
  description:
    'Stops programs that this project started, each recognised by process id and start time. Data, logs and downloads stay; the next "driftgate up" finds them.',
  examples: ['driftgate down', 'driftgate down --output json'],
  async run(context) {
    const local = await import('../deploy/local/index.ts')
    const progress = startProgress(context.terminal, 'stopping')
    const running = local.status(projectFolder(context)).filter((each) => each.running).length
    progress.say(`${running} programs`)
    const stopped = await local.down(projectFolder(context))
    progress.end(`${stopped.length} of ${running} programs stopped`)
    show(context, { schema: 'driftgate-down/1', stopped }, () =>
      stopped.length === 0 ? 'nothing of this project was running' : stopped.join('\n'),
    )
    return exit('done')
  },
}
