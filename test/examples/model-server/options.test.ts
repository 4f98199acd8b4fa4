import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOptions, usage } from '../../../examples/model-server/options.ts'

const needed = ['--registry', 'http://127.0.0.1:5000', '--brokers', 'a:1,b:2']

test('several models are served by one process, with defaults for the rest', () => {
  const models = [
    '--model',
    'loan=demo-loan:demo.loan',
    '--model',
    'delay=delay:delay:delay.shadow',
  ]
  assert.deepEqual(parseOptions([...needed, ...models]), {
    registry: 'http://127.0.0.1:5000',
    brokers: ['a:1', 'b:2'],
    host: '127.0.0.1',
    port: 8080,
    alias: 'champion',
    pollMs: 1_000,
    models: [
      { name: 'loan', registered: 'demo-loan', topic: 'demo.loan' },
      { name: 'delay', registered: 'delay', topic: 'delay', shadowTopic: 'delay.shadow' },
    ],
  })
})

test('help is asked for and has two examples', () => {
  assert.equal(parseOptions(['--help']), null)
  assert.equal(usage.match(/^ {2}node .*--registry http/gm)?.length, 2)
})

test('each mistake is named', () => {
  const model = ['--model', 'a=b:c']
  for (const [words, reason] of [
    [model, /--registry URL is needed/],
    [['--registry', 'http://127.0.0.1:1', ...model], /--brokers/],
    [needed, /--model NAME=REGISTERED:TOPIC is needed/],
    [[...needed, '--model', 'loan'], /--model loan is not/],
    [[...needed, '--model', 'a=b:c:c'], /a topic of its own/],
    [[...needed, ...model, '--port', '70000'], /--port/],
    [[...needed, ...model, '--poll', 'soon'], /--poll/],
    [[...needed, ...model, '--pull', '1s'], /--pull/],
  ] as const) {
    assert.throws(() => parseOptions(words), { name: 'TypeError', message: reason })
  }
})
