/** `npm run simulate -- --seeds N --steps N --seed S [--trace TEXT]`. */
import { enter } from '../../server/launch/enter.mjs'

await enter('test/simulation/simulate.ts')
