/**
 * The suites, by what they need:
 *   unit        *.test.ts              Node; whatever runs here may start real PostgreSQL and real processes
 *   worker      *.worker.test.ts       inside workerd, with the Worker of wrangler.toml and real PostgreSQL behind the SQL door
 *   simulation  test/simulation/       Node; seeded, no I/O
 *   e2e         test/e2e/              the built, started product
 *   reliability test/e2e/reliability/  the same, while its processes, network and database fail; it mostly waits
 *   browser     *.browser.test.ts      the built product in a real browser
 * One suite alone: npx vitest run --project unit [name]
 */
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const outside = ['**/node_modules/**', '**/dist/**', '**/build/**']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...outside, '**/*.worker.test.ts', '**/*.browser.test.ts', 'test/e2e/**', 'test/simulation/**'],
          // One process for all files: starting one for each takes as long as the tests of core. What a test sets in it, it sets back.
          isolate: false,
          // Workers, runners and scripts are the built ones.
          globalSetup: ['test/support/build.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest(async ({ inject }) => {
            const { workerBindings } = await import('./test/support/worker-bindings.ts')
            return { wrangler: { configPath: './wrangler.toml' }, miniflare: workerBindings(inject<string>('sqlSocket')) }
          }),
        ],
        test: {
          name: 'worker',
          include: ['test/**/*.worker.test.ts'],
          exclude: outside,
          globalSetup: ['test/support/worker-database.ts'],
          // One workerd for all files: each has workspaces of its own, and loading the Worker is what takes the time.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], exclude: outside, testTimeout: 300_000 },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...outside, '**/*.browser.test.ts', 'test/e2e/reliability/**'],
          globalSetup: ['test/support/build.ts'],
          // One process for all files, one after the other: loading what they share takes longer than many a test. What a test sets in it, it sets back.
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'reliability',
          include: ['test/e2e/reliability/**/*.test.ts'],
          exclude: outside,
          globalSetup: ['test/support/build.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          exclude: outside,
          globalSetup: ['test/support/build.ts', 'test/support/browser-setup.ts'],
          // One product and one process for all files: starting them, and a browser, for each takes longer than most tests.
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
