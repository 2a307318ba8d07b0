/** `npm start`. */
import { enter } from './enter.mjs'

await enter('server/launch/main.ts')
