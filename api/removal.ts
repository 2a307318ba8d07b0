/** What verbs that delete share: the success they answer, and how an obstacle is told. */
import { builder } from './builder.ts'
import { Conflict } from './errors.ts'

/** The input of a verb that deletes a `noun`. */
export const deleteInput = (name: string, noun: string) =>
  builder.inputType(name, {
    description: `Which ${noun}.`,
    fields: (t) => ({ id: t.id({ required: true, description: 'Its id or uuid.' }) }),
  })

/** The success of a verb that deletes a `noun`: the opaque id of what is gone. */
export const deleteSuccess = (name: string, noun: string) =>
  builder.objectRef<{ deletedId: string }>(name).implement({
    description: `The ${noun} is gone.`,
    fields: (t) => ({ deletedId: t.exposeID('deletedId', { description: 'Opaque id of what is gone.' }) }),
  })

/** `3 deployments still name it`: a Conflict that counts what stands in the way. `count` is exact to 10,000. */
export function inTheWay(count: number, one: string, many: string, hint: string): Conflict {
  const counted = count >= 10_000 ? '10,000 or more' : String(count)
  return new Conflict(`Nothing was deleted: ${counted} ${count === 1 ? one : many}.`, { path: ['id'], hint })
}
