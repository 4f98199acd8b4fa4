import protobuf, { type Root } from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'
import type { RegisteredSchema } from '../contracts/registered-schema.ts'
import { shortReason } from './confluent-frame.ts'

/** A message of the file, and those declared inside it, in the order by which records name them. */
export interface Declared {
  /** Full name. */
  readonly name: string
  readonly inside: readonly Declared[]
}

export interface ProtobufSchema {
  readonly root: Root
  readonly messages: readonly Declared[]
}

const options = { keepCase: true }

/**
 * A registered schema with everything that it imports. Its text is the `.proto` file or, as some clients register it,
 * the base64 of its descriptor. The order of messages is that of what was registered: a descriptor counts the entry
 * types of maps, which the text does not show.
 *
 * Throws an Error whose message goes after "its schema 7".
 */
export function protobufSchema(schema: RegisteredSchema): ProtobufSchema {
  try {
    return isBase64(schema.text) ? ofDescriptor(schema) : ofText(schema)
  } catch (error) {
    throw new Error(`is no Protobuf schema: ${shortReason(error)}`)
  }
}

const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)

function ofText({ text, references }: RegisteredSchema): ProtobufSchema {
  // Alone first: which messages it declares, and in which order, is lost where files share a package.
  const alone = protobuf.parse(text, new protobuf.Root(), options)
  const own = alone.package === undefined ? alone.root : alone.root.lookup(alone.package)
  const messages = declaredIn(own)
  const root = new protobuf.Root()
  const imports = new Set(alone.imports)
  for (const reference of references) {
    for (const name of protobuf.parse(reference.text, root, options).imports ?? [])
      imports.add(name)
  }
  addCommon(root, imports)
  protobuf.parse(text, root, options)
  root.resolveAll()
  return { root, messages }
}

/** Google's own types are part of every registry, and nobody's reference. */
function addCommon(root: Root, imports: Iterable<string>): void {
  for (const name of imports) {
    const known = protobuf.common.get(name)
    if (known?.nested !== undefined) root.addJSON(known.nested)
  }
}

function declaredIn(parent: unknown): Declared[] {
  if (!(parent instanceof protobuf.Namespace)) return []
  return parent.nestedArray
    .filter((nested) => nested instanceof protobuf.Type)
    .map((type) => ({ name: type.fullName, inside: declaredIn(type) }))
}

interface MessageDescriptor {
  readonly name: string
  readonly nestedType: readonly MessageDescriptor[]
}
interface FileDescriptor {
  readonly package: string
  readonly dependency: readonly string[]
  readonly messageType: readonly MessageDescriptor[]
}

function ofDescriptor({ text, references }: RegisteredSchema): ProtobufSchema {
  const read = (base64: string) =>
    descriptor.FileDescriptorProto.decode(
      Buffer.from(base64, 'base64'),
    ) as unknown as FileDescriptor
  const file = read(text)
  const files = [...references.map((reference) => read(reference.text)), file]
  const common = new protobuf.Root()
  addCommon(common, new Set(files.flatMap(({ dependency }) => dependency)))
  const google = common.toDescriptor('proto3').file ?? []
  const root = protobuf.Root.fromDescriptor({ file: [...google, ...(files as never[])] }, options)
  const inside = (messages: readonly MessageDescriptor[], scope: string): Declared[] =>
    messages.map(({ name, nestedType }) => {
      const full = `${scope}.${name}`
      return { name: full, inside: inside(nestedType, full) }
    })
  return { root, messages: inside(file.messageType, file.package && `.${file.package}`) }
}
