/** `npm run prepare-hosted`. */
import { enter } from '../launch/enter.mjs'

await enter('server/hosted/prepare.ts')
