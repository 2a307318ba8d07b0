// The command from its sources, whether or not the package is built.
import { main } from '../../../sdk/cli/main.ts'

await main(process.argv.slice(2), '0.0.0-test')
