import { placeOf } from '../../activities/training-deps.ts'
import { startProgress } from '../../cli/progress.ts'
import type { Terminal } from '../../cli/terminal.ts'
import { type FirstVersion, makeFirstVersion } from './make-first.ts'
import { runProgram, type Task } from './program.ts'

const usage = `Trains the first version of a model on the Spark cluster from labelled rows, registers it, makes it the
champion, and its training rows the reference that windows are held against.

  node examples/first-version/main.ts --config FILE --model NAME --rows FILE

  --config FILE  the configuration, with the model in it
  --model NAME   a model that has no champion yet
  --rows FILE    one JSON object a line: {"id", "time" (ISO 8601 with zone), "label" (0 or 1), "features": {...}}
  --help

Given the same rows again, it goes on where it ended. Exit status: 0 done, 1 failed, 2 wrong usage or rows.

Examples
  node examples/first-version/main.ts --config .driftgate/driftgate.yaml --model my-model --rows rows.jsonl
  node examples/first-version/main.ts --config driftgate.yaml --model car-loan --rows car-loan-2026.jsonl
`

async function run(task: Task, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { settings, model, rows } = task
  terminal.note(`${rows.length.toLocaleString('en')} labelled rows are valid`)
  const progress = startProgress(terminal, `first version of ${model}`)
  const onStage = (stage: string) => progress.say(stage)
  const first = await makeFirstVersion({ settings, model, rows, signal, onStage })
  progress.end(first.kept ? 'it was trained on these rows before' : 'trained on Spark')
  terminal.out(summary(task, first))
}

function summary({ model, modelSettings }: Task, { candidate, reference }: FirstVersion): string {
  const { name, alias } = placeOf(model, modelSettings)
  const { accuracy, brier } = candidate.metrics
  const { start, end } = candidate.trainedOn
  const day = (time: string) => new Date(time).toISOString().slice(0, 10)
  return [
    `${model}: version ${candidate.version} is the champion (${name} in MLflow, alias ${alias})`,
    `on later rows that it never saw: accuracy ${accuracy.toFixed(3)}, brier ${brier.toFixed(3)}`,
    `reference "${reference.name}" of version ${reference.version} is in force: its training rows, ` +
      `${day(start)} to ${day(end)}, profile ${reference.profileDigest.slice(0, 12)}`,
    `next: driftgate scan ${model}`,
  ].join('\n')
}

process.exitCode = await runProgram(usage, run)
