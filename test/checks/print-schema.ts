/**
 * `npm run schema`: prints the GraphQL schema, as the code has it, over api/schema.graphql. With `-` it goes to stdout: test/api/schema.test.ts fails when
 * the two differ.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { printedSchema } from '../../api/printed-schema.ts'

if (process.argv[2] === '-') process.stdout.write(printedSchema())
else writeFileSync(fileURLToPath(new URL('../../api/schema.graphql', import.meta.url)), printedSchema())
