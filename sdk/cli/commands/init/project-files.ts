/** The files of a new project: a flow that runs at once, a test that looks at what it did, and nothing that has to be explained before. */

/** Texts by their paths, relative to the project. `version` is that of weirflow. */
export function projectFiles(name: string, version: string): Record<string, string> {
  return {
    'package.json': `${JSON.stringify(manifest(name, version), null, 2)}\n`,
    'tsconfig.json': TSCONFIG,
    'flows/letters.ts': FLOW,
    'flows/letters.test.ts': TEST,
    '.env.example': ENVIRONMENT,
    '.gitignore': 'node_modules/\n.env\n*.log\n',
    'README.md': readme(name),
  }
}

const manifest = (name: string, version: string) => ({
  name,
  version: '0.0.0',
  private: true,
  type: 'module',
  engines: { node: '>=24.2' },
  scripts: {
    start: 'node --env-file-if-exists=.env flows/letters.ts',
    test: 'node --test',
    types: 'tsc',
    dev: 'weir dev flows',
    deploy: 'weir deploy flows/letters.ts:letters --name daily --pool local',
  },
  dependencies: { weirflow: `^${version}`, zod: '^4.0.0' },
  devDependencies: { '@types/node': '^24.0.0', typescript: '^6.0.0', 'weirflow-server': `^${version}` },
})

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2024",
    "lib": ["es2024", "esnext.disposable"],
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noEmit": true,
    "skipLibCheck": true,
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true,
    "allowImportingTsExtensions": true
  },
  "include": ["flows"]
}
`

const FLOW = `/** How many letters the names of some cities have, and a table of them. */
import { artifacts, flow, logger, task } from 'weirflow'
import { z } from 'zod'

const count = task({ name: 'count', runName: 'count {city}', retries: { count: 2, delay: '1s' } }, async (city: string) => {
  logger().info('counting', { city })
  return { city, letters: city.length }
})

export const letters = flow(
  {
    name: 'letters',
    parameters: z.object({ cities: z.array(z.string().min(1)).min(1).default(['Oslo', 'Porto', 'Turin']) }),
    runName: 'letters of {cities}',
  },
  async ({ cities }) => {
    const rows = await Promise.all(count.map(cities))
    await artifacts.table({ key: 'letters', rows })
    return rows.reduce((sum, row) => sum + row.letters, 0)
  },
)

if (import.meta.main) console.log(await letters())
`

const TEST = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runFlow } from 'weirflow/testing'
import { letters } from './letters.ts'

test('the letters of all cities are counted, one task run each', async () => {
  const run = await runFlow(letters, { cities: ['Rome', 'Bern'] })
  assert.equal(run.state.name, 'Completed')
  assert.equal(run.value, 8)
  assert.deepEqual(run.taskRuns.map(({ name }) => name).sort(), ['count Bern', 'count Rome'])
  assert.equal(run.artifacts[0]?.key, 'letters')
})

test('without a city it does not begin', async () => {
  const run = await runFlow(letters, { cities: [] })
  assert.equal(run.state.type, 'FAILED')
  assert.match(run.state.message ?? '', /cities/)
})
`

const ENVIRONMENT = `# Copy to .env: "weir run", "weir dev", "weir deploy" and "weir worker start" read it, and so does npm start. Never commit it.
# WEIR_API_URL=https://weir.example.com
# WEIR_API_KEY=
# WEIR_LOG_LEVEL=debug
`

const readme = (name: string) => `# ${name}

Flows for [Weir](https://www.npmjs.com/package/weirflow). Node 24.2 or later runs the TypeScript as it is; there is no build.

| command          | what it does                                                                         |
| ---------------- | ------------------------------------------------------------------------------------ |
| \`npm start\`      | runs the flow here; tracked when a control plane is configured                       |
| \`npm test\`       | runs the tests in \`flows/*.test.ts\`                                                  |
| \`npm run types\`  | checks the types                                                                     |
| \`npm run dev\`    | starts a control plane on this machine, deploys on every save, runs on a key         |
| \`npm run deploy\` | saves the deployment \`letters/daily\`; \`weir worker start --pool local\` runs its runs |

A flow is a function whose runs have a page; a task is a function whose runs are recorded, retried and limited. Begin in \`flows/letters.ts\`.
`
