/** What the schema says about a text that is being written: mistakes, what could come next, and what a type is made of. Loaded with the explorer only. */
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/** A mistake and where it is; lines and columns from 1. */
export interface Mistake {
  message: string
  line: number
  column: number
}

/** Mistakes of a text; the first only when it cannot be read at all. Empty for an empty text. */
export function mistakesOf(schema: GraphQLSchema, text: string): Mistake[] {
  if (text.trim() === '') return []
  try {
    return validate(schema, parse(text)).map(toMistake)
  } catch (error) {
    return [toMistake(error as Parameters<typeof toMistake>[0])]
  }
}

const toMistake = (error: { message: string; locations?: readonly { line: number; column: number }[] | undefined }): Mistake => ({
  message: error.message,
  line: error.locations?.[0]?.line ?? 1,
  column: error.locations?.[0]?.column ?? 1,
})

/** Something that could stand at the cursor. */
export interface Suggestion {
  label: string
  /** What it is of, for example `[FlowRun!]!`. */
  type: string
  description: string
}

/** The name that is being written before the cursor; empty between names. */
export const wordBefore = (text: string, cursor: number): string => /[_A-Za-z][_0-9A-Za-z]*$/.exec(text.slice(0, cursor))?.[0] ?? ''

const MARK = '__typename'

/** Fields that could stand at the cursor: those of the selection around it that begin with, or else contain, the word that is being written. */
export function suggestionsAt(schema: GraphQLSchema, text: string, cursor: number): Suggestion[] {
  const word = wordBefore(text, cursor)
  const parent = selectionAt(schema, text.slice(0, cursor - word.length))
  if (!parent) return []
  const wanted = word.toLowerCase()
  const found = Object.values(fieldsOf(parent)).filter(({ name }) => name.toLowerCase().includes(wanted))
  const rank = (name: string) => (name.toLowerCase().startsWith(wanted) ? 0 : 1)
  const members = isAbstractType(parent)
    ? schema.getPossibleTypes(parent).map((type) => ({ label: `... on ${type.name}`, type: '', description: type.description ?? '' }))
    : []
  return [
    ...found
      .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name))
      .map((field) => ({ label: field.name, type: String(field.type), description: firstSentence(field.description) })),
    ...(word === '' ? members : []),
  ]
}

/** The type whose fields are selected at the end of the text; null inside brackets, texts and where nothing fits. */
function selectionAt(schema: GraphQLSchema, before: string): GraphQLNamedType | null {
  const open: string[] = []
  for (const [token] of before.matchAll(/"""(?:\\"""|[\s\S])*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|#[^\n]*|[{}()[\]]/g)) {
    if (token === '{' || token === '(' || token === '[') open.push(token)
    else if (token === '}' || token === ')' || token === ']') open.pop()
  }
  if (open.length === 0 || open.some((bracket) => bracket !== '{')) return null
  let type: GraphQLNamedType | null = null
  try {
    const document = parse(`${before} ${MARK} ${'}'.repeat(open.length)}`, { noLocation: false })
    const place = before.length + 1
    const info = new TypeInfo(schema)
    visit(
      document,
      visitWithTypeInfo(info, {
        Field(node) {
          if (node.kind === Kind.FIELD && node.loc?.start === place) type = info.getParentType() ?? null
        },
      }),
    )
  } catch {
    // Not yet a text that can be read: nothing is suggested.
  }
  return type
}

const fieldsOf = (type: GraphQLNamedType): Record<string, GraphQLField<unknown, unknown>> =>
  isObjectType(type) || isInterfaceType(type) ? type.getFields() : {}

/** A type or a field as the schema describes it. */
export interface Described {
  name: string
  description: string
  /** Fields, values or members. */
  parts: { name: string; type: string; typeName: string | null; description: string; args: { name: string; type: string; description: string }[] }[]
}

/** What a type is made of; null for a name that the schema does not have. */
export function describeType(schema: GraphQLSchema, name: string): Described | null {
  const type = schema.getType(name)
  if (!type) return null
  const description = type.description ?? ''
  if (isEnumType(type)) return { name, description, parts: type.getValues().map((value) => ({ ...plain(value.name, '', null, value.description) })) }
  if (isInputObjectType(type)) {
    const parts = Object.values(type.getFields()).map((field) =>
      plain(field.name, String(field.type), getNamedType(field.type).name, field.description),
    )
    return { name, description, parts }
  }
  if (isAbstractType(type) && !isInterfaceType(type))
    return { name, description, parts: type.getTypes().map((member) => plain(member.name, '', member.name, member.description)) }
  const parts = Object.values(fieldsOf(type)).map((field) => ({
    ...plain(field.name, String(field.type), getNamedType(field.type).name, field.description),
    args: field.args.map((arg) => ({ name: arg.name, type: String(arg.type), description: firstSentence(arg.description) })),
  }))
  return { name, description, parts }
}

const plain = (name: string, type: string, typeName: string | null, description: string | null | undefined): Described['parts'][number] => ({
  name,
  type,
  typeName,
  description: description ?? '',
  args: [],
})

const firstSentence = (text: string | null | undefined): string => (text ?? '').split(/(?<=\.)\s/)[0] ?? ''
