/** V8's own format: what `structuredClone` copies, cycles and shared parts included. Read by Node only, of the same or a later version. */
import { messageOf } from '../../errors.ts'
import { ResultNotStorable } from '../errors.ts'
import type { Serializer } from './serializer.ts'

/** Loaded when it is needed: flows that store nothing do not pay for it. */
const v8 = () => process.getBuiltinModule('node:v8')

/** Instances of classes become plain objects, as `structuredClone` makes them; functions and the like throw ResultNotStorable. */
export const structuredCloneSerializer: Serializer = {
  name: 'v8',
  serialize(value) {
    try {
      return v8().serialize(value)
    } catch (error) {
      throw new ResultNotStorable('result', `nothing that can be cloned (${messageOf(error)})`, 'Return plain data, or say results: false.')
    }
  },
  deserialize: async (content) => v8().deserialize(await content.bytes()),
}
