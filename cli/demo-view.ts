import type { ReleaseView } from '../contracts/release.ts'
import type { Report } from '../contracts/report.ts'
import type { ChatWay, DemoView, SideBySide } from '../examples/demo/view.ts'
import { modelTree, sortedModels } from '../reports/model-tree.ts'
import { count, probability, short, shortDigest, signed } from '../reports/numbers.ts'
import { evidencePicture } from '../reports/release-words.ts'
import { reportTable } from '../reports/report-table.ts'
import { wrap } from '../reports/text.ts'
import { stateLabel, stateOfVerdict } from '../reports/vocabulary.ts'
import type { CommandContext } from './command.ts'
import { notePlan, noteProgress } from './local-progress.ts'
import { startProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

/** The demo on a terminal; with `--output json` all of it goes to standard error. */
export function demoView({ terminal, output }: CommandContext): DemoView {
  const text = (line: string) => {
    // A line that rewrites itself may stand there.
    if (terminal.rewrites) terminal.errors.write('\r\u001b[K')
    if (output === 'json') terminal.note(line)
    else terminal.out(line)
  }
  return {
    plan: (items) => notePlan(terminal, items),
    progress: (progress) => noteProgress(terminal, progress),
    chapter: (title) => text(`\n${terminal.paint('strong', `── ${title}`)}\n`),
    say: (sentence) => text(wrap(sentence, terminal.width, '  ')),
    task: (title) => startProgress(terminal, title),
    report: (report) => text(`\n${reportTable(report, terminal)}\n`),
    verdict: (report, seconds) => text(verdictLine(report, seconds, terminal)),
    release: (view) => text(releaseText(view, terminal)),
    ways: ({ command, signal, signalExpiresAt, link, chat }) =>
      text(
        [
          '',
          terminal.paint(
            'strong',
            `${chat ? 'Four' : 'Three'} ways to answer, in another terminal or a browser:`,
          ),
          `  1. ${command}`,
          `  2. ${signal}`,
          `     (good once, until ${signalExpiresAt}; --print-signal prints another)`,
          `  3. ${link}   (sign in as "approver", no password)`,
          ...(chat ? chatLines(chat) : []),
          '',
        ].join('\n'),
      ),
    answer: ({ person, what, outcome, sentence }) =>
      text(`  ${person} ${what}\n    ${terminal.paint('strong', outcome)}: ${sentence}`),
    sideBySide: (comparison) => text(comparisonText(comparison, terminal)),
    models: (views) =>
      text(
        `\n${sortedModels([...views])
          .map((view) => modelTree(view, terminal))
          .join('\n')}\n`,
      ),
    closing: ({ window, evidenceDigest }) =>
      text(
        wrap(
          `Now break it: run it again, and while windows are judged kill what you like ("driftgate status" in another terminal shows the process ids; kill -9 the scan worker). What is killed is started again, and the window from ${window.start.slice(0, 10)} on, in which the drift began, has the evidence ${shortDigest(evidenceDigest)} in every run.`,
          terminal.width,
        ),
      ),
    stopped: (names) => terminal.note(`stopped ${names.length} programs: ${names.join(', ')}`),
  }
}

/** Two people have to approve: each tab of a browser is one. */
const chatLines = ({ page, people }: ChatWay): string[] => [
  `  4. ${page}   (a chat on this machine: press ✅ on the card)`,
  '     Two people have to approve. Each tab is a person of its own:',
  ...people.map(({ id, password }) => `     ${id.padEnd(15)} password ${password}   ${page}#${id}`),
]

/** One window: what it says, and the largest effect beside its p-value. */
function verdictLine(report: Report, seconds: number, terminal: Terminal): string {
  const { verdict, window, rows, features, headline } = report
  const state = stateLabel(stateOfVerdict[verdict], terminal, 9)
  const took = `${seconds.toFixed(1)} s`
  const head = `${window.start.slice(0, 10)} to ${window.end.slice(5, 10)} ${count(rows.good).padStart(7)} rows  ${state} ${verdict.padEnd(8)}`
  if (verdict !== 'NO_DRIFT') {
    return `${head}  ${took}\n${wrap(`    ${headline}`, terminal.width, '    ')}`
  }
  const [largest] = features
  if (largest === undefined) return `${head}  ${took}`
  const { primary, feature } = largest
  const effect = `${short(primary.effect)}, at most ${short(primary.effectInterval[1])}`
  return `${head}  ${feature} ${effect}, p ${probability(primary.pValue)}  ${took}`
}

function releaseText({ release, evidence, evidenceDigest }: ReleaseView, terminal: Terminal) {
  const picture = evidencePicture(evidence, terminal)
  return `${picture}\n${release} shows evidence ${shortDigest(evidenceDigest)}\n`
}

function comparisonText({ rows, before, after }: SideBySide, { width }: Terminal): string {
  const line = (title: string, metric: 'accuracy' | 'brier', better: 1 | -1) => {
    const [old, now] = [before.metrics[metric], after.metrics[metric]]
    const gain = signed((now - old) * better)
    return `  ${title.padEnd(12)} version ${before.version}: ${old.toFixed(3)}   version ${after.version}: ${now.toFixed(3)}   ${gain} better`
  }
  return [
    '',
    wrap(
      `The ${count(rows)} applications that came after the retraining, scored by both versions:`,
      width,
    ),
    line('accuracy', 'accuracy', 1),
    line('Brier score', 'brier', -1),
  ].join('\n')
}
