/** A form for what a paused run asks. A form is of an object: any other answer stands in it under one name. */
import type { Schema } from '#lib/deployments/schema-form.ts'

const WHOLE = 'answer'

/** The schema of the form for an answer of this schema. */
export const formSchemaOf = (schema: Schema): Schema =>
  isOfObject(schema) ? schema : { type: 'object', properties: { [WHOLE]: schema }, required: [WHOLE] }

const isOfObject = (schema: Schema): boolean => schema.type === 'object' || schema.properties !== undefined || schema.$ref !== undefined

/** The answer that stands in the form. */
export const answerOf = (schema: Schema, value: unknown): unknown => (isOfObject(schema) ? value : (value as Record<string, unknown>)[WHOLE])

/** Paths begin with `input`. */
export const placeOf = (schema: Schema, path: readonly string[]): string[] => (isOfObject(schema) ? path.slice(1) : [WHOLE, ...path.slice(1)])
