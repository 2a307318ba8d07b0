/** `npm run bench`. */
import { enter } from '../server/launch/enter.mjs'

await enter('bench/run-benches.ts')
