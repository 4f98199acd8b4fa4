import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { initWasm, Resvg } from '@resvg/resvg-wasm'

/** Dots per unit of the drawing: sharp on the screens that people have. */
const zoom = 2

let fonts: Promise<Uint8Array[]> | undefined

/**
 * A picture of ours as PNG, dark on white, whatever a reader's chat looks like. Its text is drawn with a font that comes
 * along, since machines that serve have none.
 * @see https://github.com/thx/resvg-js
 */
export async function pngOf(svg: string): Promise<Uint8Array> {
  fonts ??= begin()
  const drawing = new Resvg(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: zoom },
    font: {
      fontBuffers: await fonts,
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
  })
  try {
    return drawing.render().asPng()
  } finally {
    drawing.free()
  }
}

/** Once a process. */
async function begin(): Promise<Uint8Array[]> {
  await initWasm(fileOf('@resvg/resvg-wasm/index_bg.wasm'))
  return Promise.all(['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map(fontOf))
}

const fontOf = (name: string) => fileOf(`dejavu-fonts-ttf/ttf/${name}`)

const fileOf = (name: string): Promise<Uint8Array> =>
  readFile(fileURLToPath(import.meta.resolve(name)))
