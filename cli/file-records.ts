/**
 * Every record of a file: of CSV, JSON lines and Parquet as `readRecords` has it, of an Avro object container (`.avro`)
 * by the schema that stands in it. Throws FILE_NOT_FOUND, FILE_FORMAT_UNKNOWN, FILE_UNREADABLE.
 */
export async function readFileRecords(path: string, sink: (record: object) => void): Promise<void> {
  const { isAvroFile, readRecords } = await import('../adapters/files/read-rows.ts')
  if (!isAvroFile(path)) return readRecords(path, sink)
  const [{ readAvroContainer }, { avroRecords }] = await Promise.all([
    import('../adapters/files/avro-container.ts'),
    import('../formats/avro-record.ts'),
  ])
  await readAvroContainer(path, (schema) => {
    const read = avroRecords(schema)
    return (bytes, count) => read(bytes, count, sink)
  })
}
