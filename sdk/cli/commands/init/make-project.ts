import { existsSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { makeFolder } from '../../../client/make-folder.ts'
import { Failure, wrongUse } from '../../failure.ts'
import { readVersion } from '../../package-files.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, wantsJson } from '../../session.ts'
import { print, printJson, say, style, styleError } from '../../terminal.ts'
import { projectFiles } from './project-files.ts'

interface Options extends CommonOptions {
  name?: string
}

/** `weir init [FOLDER]`: writes the files of a project. What is there already is left alone and named; with a package.json there, nothing is written. */
export async function execute([folder = '.']: string[], options: Options): Promise<void> {
  const json = wantsJson(options)
  const target = resolve(folder)
  const name = options.name ?? nameOf(basename(target))
  if (!/^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/.test(name) || name.length > 214)
    throw wrongUse('BAD_NAME', `"${safeLine(name)}" is no name of a package.`, 'Expected lower-case letters, digits and dashes: --name my-flows.')
  if (existsSync(join(target, 'package.json')))
    throw wrongUse(
      'PROJECT_EXISTS',
      `${join(target, 'package.json')} is there: this is a project already.`,
      'Name another folder, or add weirflow to this one: npm install weirflow',
    )
  const written: string[] = []
  const kept: string[] = []
  for (const [path, text] of Object.entries(projectFiles(name, readVersion()))) {
    const file = join(target, path)
    if (existsSync(file)) {
      kept.push(path)
      continue
    }
    write(file, text)
    written.push(path)
  }
  if (json) return printJson({ folder: target, name, written, kept })
  const shown = relative(process.cwd(), target) || '.'
  print(`Made ${style('bold', safeLine(name))} in ${safeLine(shown)}: ${written.join(', ')}`)
  for (const path of kept) say(`${styleError('yellow', 'left')}: ${path} was there already`)
  print(
    `\nNext:\n${shown === '.' ? '' : `  cd ${safeLine(shown)}\n`}  npm install\n  npm test           runs the flow and looks at what it did\n  npm start          runs it here\n  npm run dev        a control plane, and a deployment on every save`,
  )
}

function write(file: string, text: string): void {
  try {
    makeFolder(dirname(file))
    writeFileSync(file, text)
  } catch (error) {
    throw new Failure(3, 'NOT_WRITABLE', `${file} cannot be written: ${(error as Error).message}`)
  }
}

/** A folder's name as a package may be called. */
const nameOf = (folder: string): string =>
  folder
    .toLowerCase()
    .replace(/[^a-z0-9-._~]+/g, '-')
    .replace(/^[-._]+|[-._]+$/g, '') || 'flows'
