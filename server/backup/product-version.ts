/** The version of this package, whether it runs built or from its source. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// One level below the package either way: dist/ or backup/.
const root = dirname(dirname(fileURLToPath(import.meta.url)))

export const PRODUCT_VERSION: string = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
