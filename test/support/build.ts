/** Before suites that run the built product: builds what changed. */
import { buildAll } from '../../server/build/build.mjs'

export default async function setUp(): Promise<void> {
  await buildAll((name) => console.error(`building ${name}`))
}
