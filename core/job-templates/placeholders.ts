/**
 * `{{ name }}` in the texts of a job configuration. It has nothing to do with references (`{ "$variable": … }`, core/references.ts): a placeholder is part of a
 * text of the template, a reference is an object among the values. A value that is put in is never looked through for placeholders again.
 */
import type { JsonValue } from '../json-value.ts'

/** A text in pieces: what stays as it is, and names of variables. */
export type TextPiece = { text: string } | { name: string }

const PLACEHOLDER = /\{\{[ \t]*([A-Za-z_][A-Za-z0-9_-]{0,254})[ \t]*\}\}/g

/** Null when a `{{` in it begins no placeholder: that is a slip more often than it is meant. */
export function readPlaceholders(text: string): TextPiece[] | null {
  const pieces: TextPiece[] = []
  let end = 0
  const keep = (between: string) => {
    if (between !== '') pieces.push({ text: between })
    return !between.includes('{{')
  }
  for (const found of text.matchAll(PLACEHOLDER)) {
    if (!keep(text.slice(end, found.index))) return null
    pieces.push({ name: found[1] as string })
    end = found.index + found[0].length
  }
  return keep(text.slice(end)) ? pieces : null
}

/** The variable of a text that is one placeholder and nothing else: its value goes there as it is, of whatever type. */
export function wholePlaceholder(value: JsonValue | undefined): string | null {
  if (typeof value !== 'string') return null
  const [piece, ...more] = readPlaceholders(value) ?? []
  return piece && 'name' in piece && more.length === 0 ? piece.name : null
}

/** Every text in a value with its place. Names of objects are none. */
export function textsIn(value: JsonValue, path: string[] = []): { path: string[]; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...path, key]))
}
