import { Partitioners } from 'kafkajs'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { startProgress } from '../../cli/progress.ts'
import type { Terminal } from '../../cli/terminal.ts'
import { sendLabels, sendRows } from '../demo/traffic.ts'
import { runProgram, type Task } from './program.ts'

const usage = `Sends labelled rows through the model server, which logs a prediction for each, and then their labels to the
topic of the labels, if the model has one. Topics that are not there yet are made.

  node examples/first-version/send.ts --config FILE --model NAME --rows FILE

  --config FILE  the configuration, with the model in it
  --model NAME   a model that a server at its serving.url answers for
  --rows FILE    one JSON object a line: {"id", "time" (ISO 8601 with zone), "label" (0 or 1), "features": {...}}
  --help

Exit status: 0 done, 1 failed, 2 wrong usage or rows.

Examples
  node examples/first-version/send.ts --config .driftgate/driftgate.yaml --model my-model --rows recent.jsonl
  node examples/first-version/send.ts --config driftgate.yaml --model car-loan --rows march.jsonl
`

const partitions = 3

async function run(task: Task, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { settings, model, modelSettings, rows } = task
  const { brokers } = settings.kafka
  const { log, labels, serving } = modelSettings
  const progress = startProgress(terminal, model)
  for (const topic of [log.topic, ...(labels ? [labels.topic] : [])]) {
    await ensureTopic(brokers, topic, partitions)
  }
  progress.say(`sending ${rows.length} rows`)
  await sendRows(serving.url.replace(/\/$/, ''), model, rows, { signal })
  if (labels) {
    const producer = kafkaClient(brokers, 'driftgate-first-version').producer({
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    await sendLabels(producer, labels.topic, rows).finally(() => producer.disconnect())
  }
  const count = rows.length.toLocaleString('en')
  progress.end(`${model} answered`)
  terminal.out(
    [
      `${count} predictions are in ${log.topic}`,
      ...(labels ? [`${count} labels are in ${labels.topic}`] : []),
      `next: driftgate scan ${model}`,
    ].join('\n'),
  )
}

process.exitCode = await runProgram(usage, run)
