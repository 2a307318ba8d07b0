/** What the pages for users show is true: programs run, commands and flags exist. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fencedBlocks } from '../support/fenced-blocks.ts'
import { openCommandLines } from './support/command-lines.ts'
import { makeScriptHome } from './support/script.ts'
import { wordsOfWeir } from '../support/words-of-prefect.ts'

const root = join(import.meta.dirname, '..', '..')

const blocksOf = (page: string, language: string): string[] => fencedBlocks(readFileSync(join(root, 'docs', page), 'utf8'), language)

const programs = [
  ...blocksOf('authoring.md', 'ts'),
  ...blocksOf('names.md', 'ts'),
  ...blocksOf('concurrency.md', 'ts'),
  ...blocksOf('runners.md', 'ts'),
  ...blocksOf('background-tasks.md', 'ts'),
  ...blocksOf('cancellation.md', 'ts'),
  ...blocksOf('testing.md', 'ts'),
  ...blocksOf('blocks-and-secrets.md', 'ts'),
  ...['results.md', 'caching.md', 'transactions.md'].flatMap((page) => blocksOf(page, 'ts')),
  ...blocksOf('pausing.md', 'ts'),
  ...blocksOf('durable-flows.md', 'ts'),
  ...blocksOf('events.md', 'ts'),
  ...blocksOf('../sdk/README.md', 'ts'),
]

test('the page about authoring has programs', () => {
  expect(programs.length).toBeGreaterThanOrEqual(5)
})

test.each(programs)('a program of the page about authoring, or of the package, runs: %#', async (program) => {
  using home = makeScriptHome()
  const { code, stderr } = await home.start(program).exited
  expect(code, stderr).toBe(0)
})

const pages = [...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')), '../README.md', '../server/README.md']
const commands = pages.flatMap((page) =>
  blocksOf(page, 'sh').flatMap((block) => block.split('\n').flatMap((line) => /^(?:[A-Z_]+=(?:'[^']*'|\S+) |npx )*(weir .*)$/.exec(line)?.[1] ?? [])),
)

/** What the page for authors who come from Prefect names, in the Weir column of its tables. */
const words = wordsOfWeir()
commands.push(...words.filter((word) => word.startsWith('weir ')))

test('every variable of the environment that it names is one that the package reads', () => {
  const named = words.filter((word) => word.startsWith('WEIR_'))
  expect(named.length).toBeGreaterThan(0)
  const sources = (readdirSync(join(root, 'sdk'), { recursive: true }) as string[]).filter((name) => /^(?!dist).*\.ts$/.test(name))
  const read = new Set(
    sources.flatMap((name) =>
      [...readFileSync(join(root, 'sdk', name), 'utf8').matchAll(/env\['(WEIR_[A-Z_]+)'\]/g)].map(([, variable]) => variable),
    ),
  )
  expect(named.filter((name) => !read.has(name))).toEqual([])
})

const lines = openCommandLines({ home: '/nonexistent', cwd: root })
afterAll(() => lines.close())

const helps = new Map<string, Promise<{ code: number; text: string }>>()

function helpOf(words: string[]): Promise<{ code: number; text: string }> {
  const key = words.join(' ')
  const known = helps.get(key) ?? lines.run([...words, '--help']).then(({ code, stdout }) => ({ code, text: stdout }))
  helps.set(key, known)
  return known
}

/** Verbs that have verbs of their own. */
const GROUPS = ['deployment schedule', 'block type']
const LEAVES = ['init', 'dev', 'visualize', 'deploy', 'serve', 'run', 'api', 'version', 'login', 'logout', 'completion']

test.each(commands)('%s', async (line) => {
  const command = line.replace(/ +#.*$/, '')
  const words = command.split(' ').slice(1)
  const verb = words.slice(0, LEAVES.includes(words[0] as string) ? 1 : GROUPS.includes(words.slice(0, 2).join(' ')) ? 3 : 2)
  const { code, text } = await helpOf(verb)
  expect(code).toBe(0)
  // A verb that is not there has the help of its noun.
  expect(text).toContain(`Usage: weir ${verb.join(' ')} `)
  const flags = [...line.matchAll(/(?<= )--[a-z-]+/g)].map(([flag]) => flag)
  for (const flag of flags) expect(text).toMatch(new RegExp(`${flag}\\b`))
})

/** Every flag in the examples of a help is one that the command has. */
function expectExamplesToFit(help: string): void {
  // Those of a group of verbs are the verbs' own.
  if (help.includes('\nCommands:')) return
  for (const line of help
    .slice(help.indexOf('\nExamples:'))
    .split('\n')
    .filter((one) => one.startsWith('  weir '))) {
    const command = (line.trim().split(/ {2,}/)[0] as string).replace(/ (\||&&|>|<) .*/, '').replace(/'[^']*'/g, '')
    for (const [flag] of command.matchAll(/(?<= )--[a-z-]+/g))
      expect(help.slice(0, help.indexOf('\nExamples:')), line).toMatch(new RegExp(`${flag}\\b`))
  }
}

test('no command is missing on the page, and every one has examples', async () => {
  const { text } = await helpOf([])
  const nouns = [...text.matchAll(/^ {2}([a-z]+(?:-[a-z]+)*) {2,}/gm)].map(([, noun]) => noun as string)
  expect(nouns.length).toBeGreaterThanOrEqual(20)
  for (const noun of nouns) {
    expect(
      commands.some((line) => line.startsWith(`weir ${noun} `) || line === `weir ${noun}`),
      noun,
    ).toBe(true)
    if (LEAVES.includes(noun)) {
      expectExamplesToFit((await helpOf([noun])).text)
      expect((await helpOf([noun])).text).toMatch(new RegExp(`\\nExamples:\\n {2}.*weir ${noun}`))
      continue
    }
    const verbs = [...((await helpOf([noun])).text.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm)].map(([, verb]) => verb as string)
    for (const verb of verbs.filter((one) => one !== 'help')) {
      expect(
        commands.some((line) => line.startsWith(`weir ${noun} ${verb}`)),
        `${noun} ${verb}`,
      ).toBe(true)
      const help = (await helpOf([noun, verb])).text
      expectExamplesToFit(help)
      expect(help).toMatch(new RegExp(`\\nExamples:\\n {2}.*weir ${noun} ${verb}`))
      expect(help).not.toContain('\u001b')
    }
  }
})
