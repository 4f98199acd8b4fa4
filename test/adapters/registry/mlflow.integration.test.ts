import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { mlflowRegistry } from '../../../adapters/registry/mlflow.ts'
import { servers } from '../../support/servers.ts'

const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** Known by heart: 2 for each unit of the amount up to 10, 5 where it is missing, 100 in the east. */
const model = {
  ...{ schema: 'driftgate-model/1', kind: 'linear', link: 'identity', intercept: 0 },
  features: [
    { name: 'amount', type: 'numeric', low: 0, high: 10, weight: 2, missing: 5 },
    { name: 'region', type: 'categorical', categories: ['east', 'west'], weights: [100, 0] },
  ],
}

const form = `
import json, sys
from training.onnx_form import onnx_form
sys.stdout.buffer.write(onnx_form(json.load(sys.stdin)))
`

const load = `
import json, sys
import mlflow, numpy, pandas
mlflow.set_tracking_uri(sys.argv[1])
found = mlflow.models.get_model_info(sys.argv[2])
told = {"inputs": found.signature.inputs.to_dict(), "flavors": sorted(found.flavors)}
if "python_function" in found.flavors:
    rows = pandas.DataFrame({"amount": [1.0, 20.0, numpy.nan], "region": ["east", "west", "nowhere"]})
    told["scores"] = mlflow.pyfunc.load_model(sys.argv[2]).predict(rows)["score"].ravel().tolist()
print(json.dumps(told))
`

describe('what MLflow itself makes of a registered version', { concurrency: true }, () => {
  async function registered(files: [string, Uint8Array][]) {
    const name = `trial-${randomBytes(6).toString('hex')}`
    const { version } = await mlflowRegistry(servers().mlflow).register({
      ...{ name, runKey: 'aaa', metrics: {}, tags: {} },
      files: new Map(files),
    })
    const { stdout } = await promisify(execFile)(servers().python, [
      ...['-B', '-c', load, servers().mlflow, `models:/${name}/${version}`],
    ])
    return JSON.parse(stdout)
  }
  const inputs = [
    { name: 'amount', type: 'tensor', 'tensor-spec': { dtype: 'float64', shape: [-1, 1] } },
    { name: 'region', type: 'tensor', 'tensor-spec': { dtype: 'str', shape: [-1, 1] } },
  ]

  test('it loads and scores one with an ONNX form, from a table', async () => {
    const input = JSON.stringify(model)
    const onnx = execFileSync(servers().python, ['-B', '-c', form], { input })
    const told = await registered([
      ['model.json', text(model)],
      ['model.onnx', onnx],
    ])
    assert.deepEqual(told, { inputs, flavors: ['onnx', 'python_function'], scores: [102, 20, 5] })
  })

  test('of one without it knows the signature', async () => {
    const told = await registered([['model.json', text(model)]])
    assert.deepEqual(told, { inputs, flavors: ['driftgate'] })
  })
})
