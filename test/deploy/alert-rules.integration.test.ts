import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand } from '../../deploy/local/command.ts'
import { promtool } from '../../deploy/local/promtool.ts'
import { alertTestFiles, alertFolder as cwd } from './alert-rules.ts'

test('promtool accepts the alert rules, and each fires when it has to and not before', async () => {
  const program = await promtool()
  const checked = await runCommand(program, ['check', 'rules', 'driftgate.rules.yml'], { cwd })
  assert.match(checked, /SUCCESS: \d+ rules found/)
  const tested = await runCommand(program, ['test', 'rules', ...alertTestFiles], { cwd })
  assert.equal(tested.match(/SUCCESS/g)?.length, alertTestFiles.length, tested)
})
