/**
 * The order in which an author wrote names, where people see it: the parameters of a form, the columns of a table, the fields of a log line. `jsonb` keeps lists as they are, but sorts the
 * names of an object, the short ones first. So what is written carries its order as a list or is JSON text, and what is read is put back: nobody outside of db/ knows.
 */
import type { JsonObject, JsonValue } from '../core/json-value.ts'
import type { LogLine } from '../core/protocol/reports.ts'

/** Among the names of an object, in the record only. */
const ORDER = '$order'

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

const isNames = (value: JsonValue | undefined): value is string[] => Array.isArray(value) && value.every((name) => typeof name === 'string')

/** With each value as `change` makes it. */
const mapped = (object: JsonObject, change: (value: JsonValue, name: string) => JsonValue): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]))

const inOrder = (object: JsonObject, names: readonly string[]): JsonObject => ({
  ...Object.fromEntries(names.flatMap((name) => (Object.hasOwn(object, name) ? [[name, object[name] as JsonValue]] : []))),
  ...object,
})

/** A JSON Schema as it is written: the names of its `properties` at every depth with their order. */
export const schemaForRecord = (schema: JsonObject): JsonObject => mapped(schema, forRecord)

function forRecord(value: JsonValue, name = ''): JsonValue {
  if (Array.isArray(value)) return value.map((element) => forRecord(element))
  if (!isObject(value)) return value
  const names = Object.keys(value)
  return { ...mapped(value, forRecord), ...(name === 'properties' && names.length > 1 ? { [ORDER]: names } : {}) }
}

/** The schema that was written. One from before there was an order comes as it is. */
export const schemaOfRecord = (schema: JsonObject): JsonObject => mapped(schema, ofRecord)

function ofRecord(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(ofRecord)
  if (!isObject(value)) return value
  const { [ORDER]: names, ...rest } = value
  return isNames(names) ? mapped(inOrder(rest, names), ofRecord) : mapped(value, ofRecord)
}

/** Rows of a table as they are written: once beside them the order of their columns, that of their first appearance. */
export function tableForRecord(data: JsonValue): JsonValue {
  if (!Array.isArray(data) || !data.every(isObject)) return data
  return { [ORDER]: [...new Set(data.flatMap((row) => Object.keys(row)))], rows: data }
}

/** The rows that were written. */
export function tableOfRecord(data: JsonValue): JsonValue {
  if (!isObject(data) || !isNames(data[ORDER]) || !Array.isArray(data['rows'])) return data
  const names = data[ORDER]
  return data['rows'].map((row) => (isObject(row) ? inOrder(row, names) : row))
}

/** A log line as it is kept: its fields as JSON text. That costs 1 to 7 % of a line with fields; a column of type `json` would be several times slower to filter. */
export type RecordedLine = Omit<LogLine, 'fields'> & { fields?: string | JsonObject }

export const lineForRecord = ({ fields, ...line }: LogLine): RecordedLine =>
  fields === undefined ? line : { ...line, fields: JSON.stringify(fields) }

/** The line that was written. */
export const lineOfRecord = ({ fields, ...line }: RecordedLine): LogLine =>
  fields === undefined ? line : { ...line, fields: typeof fields === 'string' ? (JSON.parse(fields) as JsonObject) : fields }
