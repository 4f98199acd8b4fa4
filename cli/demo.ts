import { parseDuration } from '../contracts/duration.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { projectFolder } from './settings-file.ts'

/** `driftgate demo`: what a newcomer types first. */
export const demo: Command = {
  name: 'demo',
  summary: 'the whole loop on real servers: drift, retraining, approval, release',
  description:
    'Shows what will be downloaded, starts real servers side by side, trains two models on Spark and serves them, replays months of traffic, and lets one drift until its retrained version waits for your approval. Everything it started is stopped at the end, also after Ctrl-C. Exit status: 0 the new version serves, 8 somebody rejected it or nobody decided.',
  options: [
    { flags: '--approve-after <duration>', summary: 'approve by itself after, say, 30s' },
    {
      flags: '--scale <scale>',
      summary: 'how many of the three million flights to replay',
      default: 'tenth',
      choices: ['tenth', 'full'],
    },
    {
      flags: '--chat',
      summary: 'start a Matrix server too: two people approve in a chat, with ✅',
    },
    { flags: '--keep', summary: 'leave everything up; "driftgate down" stops it' },
  ],
  examples: [
    'driftgate demo',
    'driftgate demo --chat',
    'driftgate demo --approve-after 30s --output json',
  ],
  async run(context) {
    const approveAfterMs = durationOf(context.options['approveAfter'])
    const { runDemo } = await import('../examples/demo/index.ts')
    const { demoView } = await import('./demo-view.ts')
    const result = await runDemo({
      folder: projectFolder(context),
      scale: context.options['scale'] === 'full' ? 'full' : 'tenth',
      approveAfterMs,
      chat: context.options['chat'] === true,
      keep: context.options['keep'] === true,
      signal: context.signal,
      view: demoView(context),
    })
    if (context.output === 'json') context.terminal.out(JSON.stringify(result))
    return exit(result.sideBySide === null ? 'waiting' : 'done')
  },
}

/** Milliseconds; null without one. Throws USAGE. */
function durationOf(text: string | boolean | undefined): number | null {
  if (typeof text !== 'string') return null
  const found = parseDuration(text)
  if (found !== null) return found
  throw new DriftgateError('USAGE', {
    reason: `"${text}" is not a duration`,
    fix: 'write --approve-after 30s, 5m or 1h30m',
  })
}
