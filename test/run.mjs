/** `npm test`. */
import { enter } from '../server/launch/enter.mjs'

await enter('test/run-all.ts')
