import { z } from 'zod'

const described = z.object({
  features: z
    .array(z.object({ name: z.string(), categories: z.array(z.unknown()).optional() }))
    .min(1),
})

/**
 * `MLmodel`, by which MLflow knows what a version takes and gives: its signature, and where there is a `model.onnx` the
 * flavors that load and serve it. JSON, which is YAML too. Null where `model.json` names no features.
 *
 * @see https://mlflow.org/docs/latest/ml/model/#storage-format
 */
export function mlflowModelFile(
  files: ReadonlyMap<string, Uint8Array>,
  runId: string,
): Uint8Array | null {
  const features = featuresOf(files.get('model.json'))
  if (features === null) return null
  const inputs = features.map(({ name, categories }) =>
    column(name, categories === undefined ? 'float64' : 'str'),
  )
  const outputs = [column('score', 'float64')]
  const data = 'model.onnx'
  const flavors = files.has(data)
    ? {
        onnx: { data, providers: ['CPUExecutionProvider'], code: null },
        python_function: { loader_module: 'mlflow.onnx', data, env: {} },
      }
    : { driftgate: { data: 'model.json' } }
  const text = JSON.stringify({
    artifact_path: 'model',
    run_id: runId,
    flavors,
    signature: {
      inputs: JSON.stringify(inputs),
      outputs: JSON.stringify(outputs),
      params: null,
    },
  })
  return new TextEncoder().encode(text)
}

/** One value for each of any number of rows, as the ONNX form has it. */
const column = (name: string, dtype: 'float64' | 'str') => ({
  ...{ name, type: 'tensor' },
  'tensor-spec': { dtype, shape: [-1, 1] },
})

function featuresOf(model: Uint8Array | undefined) {
  try {
    return described.parse(JSON.parse(new TextDecoder().decode(model))).features
  } catch {
    // Whether it is a model is for others to judge: they have, before anything is registered.
    return null
  }
}
