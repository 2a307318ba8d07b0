/** What one statement looks like on the wire (Neon's `/sql` format) and in pg. */

/** A statement as a client sends it. */
export interface WireStatement {
  query: string
  params?: unknown[]
}

/** One result: every value as PostgreSQL's text, or null. */
export interface WireResult {
  command: string
  rowCount: number | null
  rowAsArray: boolean
  fields: WireField[]
  rows: (string | null)[][] | Record<string, string | null>[]
}

interface WireField {
  name: string
  dataTypeID: number
  tableID: number
  columnID: number
  dataTypeSize: number
  dataTypeModifier: number
  format: string
}

/** Body of a refusal: the fields of a PostgreSQL error. `code` is an SQLSTATE. */
export interface WireError {
  message: string
  code: string
  severity: string
  [field: string]: string | undefined
}

/** Checks the shape of a statement; null when it is none. */
export function readStatement(value: unknown): WireStatement | null {
  if (typeof value !== 'object' || value === null) return null
  const { query, params } = value as Record<string, unknown>
  if (typeof query !== 'string' || (params !== undefined && !Array.isArray(params))) return null
  return params === undefined ? { query } : { query, params }
}

/** Null stays null, text stays text, an array becomes an array literal, everything else its JSON text. */
export function parameterText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  return Array.isArray(value) ? arrayLiteral(value) : JSON.stringify(value)
}

function arrayLiteral(values: unknown[]): string {
  const quote = (text: string) => `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`
  const element = (value: unknown): string => {
    if (value === null || value === undefined) return 'NULL'
    if (Array.isArray(value)) return arrayLiteral(value)
    if (typeof value === 'string') return quote(value)
    return typeof value === 'object' ? quote(JSON.stringify(value)) : JSON.stringify(value)
  }
  return `{${values.map(element).join(',')}}`
}

const ERROR_FIELDS = 'detail hint position internalPosition internalQuery where schema table column dataType constraint file line routine'.split(' ')

/** PostgreSQL's own error with all of its fields; anything else as a lost connection (SQLSTATE class 08), which may be tried again. */
export function wireError(error: unknown, otherwise: '08001' | '08006'): WireError {
  const given = error as Record<string, string | undefined> & Error
  if (typeof given.severity === 'string' && typeof given.code === 'string') {
    const fields = ERROR_FIELDS.filter((name) => given[name] !== undefined).map((name) => [name, given[name]])
    return { message: given.message, code: given.code, severity: given.severity, ...Object.fromEntries(fields) }
  }
  return { message: `The database cannot be reached: ${given.message}`, code: otherwise, severity: 'FATAL', hint: 'Try again.' }
}
