/** V8's own format: what `structuredClone` copies, cycles and shared parts included. Read by Node only, of the same or a later version. */
import { deserialize, serialize } from 'node:v8'
import { messageOf } from '../../errors.ts'
import { ResultNotStorable } from '../errors.ts'
import type { Serializer } from './serializer.ts'

/** Instances of classes become plain objects, as `structuredClone` makes them; functions and the like throw ResultNotStorable. */
export const structuredCloneSerializer: Serializer = {
  name: 'v8',
  serialize(value) {
    try {
      return serialize(value)
    } catch (error) {
      throw new ResultNotStorable('result', `nothing that can be cloned (${messageOf(error)})`, 'Return plain data, or say results: false.')
    }
  },
  deserialize: async (content) => deserialize(await content.bytes()),
}
