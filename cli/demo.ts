import type { Report } from '../contracts/report.ts'
import type { PlanItem, Progress } from '../deploy/local/index.ts'
import type { DemoView } from '../examples/demo/index.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'

/** `driftgate demo`: what a newcomer types first. */
export const demo: Command = {
  name: 'demo',
  summary: 'bring up real servers and watch a model drift',
  description:
    'Shows what will be downloaded, starts PostgreSQL, Kafka, Temporal, Spark and MLflow side by side, and meanwhile judges the window of the car-loan data in which drift begins. Everything it started is stopped at the end.',
  options: [{ flags: '--keep', summary: 'leave the servers up; "driftgate down" stops them' }],
  examples: ['driftgate demo', 'driftgate demo --keep --output json'],
  async run(context) {
    const { projectFolder, runDemo } = await import('../examples/demo/index.ts')
    const result = await runDemo({
      folder: projectFolder(context.folder),
      keep: context.options['keep'] === true,
      signal: context.signal,
      show: await viewOn(context),
    })
    if (context.output === 'json') context.terminal.out(JSON.stringify(result))
    return exit('done')
  },
}

async function viewOn({ terminal, output }: CommandContext): Promise<DemoView> {
  const { reportTable } = await import('../reports/report-table.ts')
  const { stateLabel, stateOfVerdict } = await import('../reports/vocabulary.ts')
  const text = (line: string) => (output === 'json' ? terminal.note(line) : terminal.out(line))
  return {
    plan(items: readonly PlanItem[]) {
      terminal.note('needed, about:')
      for (const { what, version, megabytes, kept, here } of items) {
        const size = here ? 'here already' : `${megabytes} MB to fetch`
        terminal.note(`  ${what.padEnd(62)} ${size.padEnd(15)} ${version}`)
        terminal.note(`  ${' '.repeat(62)} ${kept}`)
      }
      terminal.note('')
    },
    progress(progress: Progress) {
      const { server, stage, version, detail, address, log, elapsed } = progress
      if (stage === 'resolving') return
      const rest = [detail, address, log].filter(Boolean).join('  ')
      terminal.note(
        `${elapsed.toFixed(1).padStart(6)} s  ${server.padEnd(9)} ${stage.padEnd(9)} ${stage === 'healthy' ? `${version}  ` : ''}${rest}`,
      )
    },
    report(report: Report) {
      text('\nThe first verdict, from the files alone:\n')
      if (output === 'text') terminal.out(reportTable(report, terminal))
      text('')
    },
    servers(addresses: Readonly<Record<string, unknown>>) {
      terminal.note(`\nall servers are up: ${Object.keys(addresses).length} addresses`)
      text('\nThe same data through Kafka, 30 days a window, read exactly once and judged:\n')
    },
    verdict(report: Report, seconds: number) {
      const state = stateLabel(stateOfVerdict[report.verdict], terminal)
      const span = `${report.window.start.slice(0, 10)} to ${report.window.end.slice(0, 10)}`
      text(
        `${span}  ${report.rows.good} rows  ${state}  ${report.verdict}  (${seconds.toFixed(1)} s)\n    ${report.headline}`,
      )
    },
    stopped(names: readonly string[]) {
      terminal.note(`stopped ${names.length} programs: ${names.join(', ')}`)
    },
  }
}
